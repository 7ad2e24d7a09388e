import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { Endpoint } from './s3-endpoint.ts'
import { volumeErrorOf } from './s3-errors.ts'
import { putObject } from './s3-put.ts'
import {
  type Listing,
  type ListRequest,
  type PutRequest,
  VolumeError,
  type VolumeObject,
  type VolumeStore,
} from './volume-store.ts'

/** Milliseconds to connect, and between two bytes. */
const [CONNECT, IDLE] = [5_000, 60_000]
/** Seconds that an address of the bucket works. */
const PRESIGNED = 300
/** Tries of one request. */
const TRIES = 3

export interface S3Settings {
  endpoint: Endpoint
  bucket: string
  prefix: string
  credentials: { accessKeyId: string; secretAccessKey: string }
}

/** A bucket of S3, or of whatever speaks its protocol. */
export class S3Volume implements VolumeStore {
  readonly #client: S3Client
  readonly #bucket: string
  readonly #prefix: string

  constructor({ endpoint, bucket, prefix, credentials }: S3Settings) {
    this.#bucket = bucket
    this.#prefix = prefix
    this.#client = new S3Client({
      region: endpoint.region,
      ...(endpoint.url === undefined ? {} : { endpoint: endpoint.url, forcePathStyle: true }),
      followRegionRedirects: endpoint.url === undefined,
      credentials,
      maxAttempts: TRIES,
      // services other than AWS's know no checksums beside the request's own
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: CONNECT, socketTimeout: IDLE },
    })
  }

  async list({ prefix, limit, token }: ListRequest): Promise<Listing> {
    const whole = this.#prefix + prefix
    const found = await this.#read('', () =>
      this.#client.send(
        new ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix: whole,
          Delimiter: '/',
          MaxKeys: limit,
          ContinuationToken: token,
        }),
      ),
    )
    return {
      objects: this.#objects(found.Contents).filter(({ location }) => location !== prefix || !whole.endsWith('/')),
      prefixes: (found.CommonPrefixes ?? []).flatMap(({ Prefix }) =>
        Prefix ? [Prefix.slice(this.#prefix.length)] : [],
      ),
      token: found.IsTruncated ? found.NextContinuationToken : undefined,
    }
  }

  async page(prefix: string, after: string | undefined, limit: number): Promise<VolumeObject[]> {
    let last = after
    for (;;) {
      const start = last === undefined ? undefined : this.#prefix + last
      const request = { Bucket: this.#bucket, Prefix: this.#prefix + prefix, StartAfter: start, MaxKeys: limit }
      const found = await this.#read('', () => this.#client.send(new ListObjectsV2Command(request)))
      const objects = this.#objects(found.Contents)
      last = objects.at(-1)?.location
      // keys that end in a slash stand for folders without anything in them
      const files = objects.filter(({ location }) => !location.endsWith('/'))
      if (files.length > 0 || !found.IsTruncated) return files
    }
  }

  async head(location: string): Promise<VolumeObject> {
    const found = await this.#read(location, () =>
      this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + location })),
    )
    return {
      location,
      size: found.ContentLength ?? 0,
      etag: plain(found.ETag),
      modified: found.LastModified?.getTime() ?? 0,
    }
  }

  async open(location: string, etag: string, range?: { start: number; end: number }): Promise<Readable> {
    const found = await this.#read(location, () =>
      this.#client.send(
        new GetObjectCommand({
          Bucket: this.#bucket,
          Key: this.#prefix + location,
          IfMatch: `"${etag}"`,
          Range: range && `bytes=${range.start}-${range.end}`,
        }),
      ),
    )
    if (plain(found.ETag) !== etag || !(found.Body instanceof Readable)) {
      throw changed(location)
    }
    return found.Body
  }

  async presign(location: string, etag: string, disposition: string): Promise<string> {
    const found = await this.head(location)
    // a condition on the object would be a header that the client has to send
    if (found.etag !== etag) throw changed(location)
    const request = new GetObjectCommand({
      Bucket: this.#bucket,
      Key: this.#prefix + location,
      ResponseContentDisposition: disposition,
    })
    return await getSignedUrl(this.#client, request, { expiresIn: PRESIGNED })
  }

  async put(request: PutRequest): Promise<VolumeObject> {
    const place = { client: this.#client, bucket: this.#bucket, key: this.#prefix + request.location }
    const etag = plain(await putObject(place, request))
    return { location: request.location, size: request.source.size, etag, modified: Date.now() }
  }

  async discard({ location, progress }: Pick<PutRequest, 'location' | 'progress'>): Promise<void> {
    if (progress === null) return
    const request = { Bucket: this.#bucket, Key: this.#prefix + location, UploadId: progress }
    await this.#client.send(new AbortMultipartUploadCommand(request))
  }

  close(): void {
    this.#client.destroy()
  }

  /** A HEAD has no body that tells a missing bucket from a missing object. */
  async #read<T>(location: string, body: () => Promise<T>): Promise<T> {
    const about = { bucket: this.#bucket, location, access: 'read' as const }
    try {
      return await body()
    } catch (error) {
      const trouble = volumeErrorOf(error, about)
      if (!(trouble instanceof VolumeError) || trouble.kind !== 'missing') throw trouble
      const bucket = await this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket })).catch(thrown => thrown)
      const gone = bucket instanceof Error && volumeErrorOf(bucket, about)
      if (gone instanceof VolumeError && gone.kind === 'missing') {
        throw new VolumeError('out-of-reach', `there is no bucket ${this.#bucket}`)
      }
      throw trouble
    }
  }

  #objects(found: { Key?: string; Size?: number; ETag?: string; LastModified?: Date }[] = []): VolumeObject[] {
    return found.map(({ Key = '', Size = 0, ETag, LastModified }) => ({
      location: Key.slice(this.#prefix.length),
      size: Size,
      etag: plain(ETag),
      modified: LastModified?.getTime() ?? 0,
    }))
  }
}

function plain(etag = ''): string {
  return etag.replaceAll('"', '')
}

function changed(location: string): VolumeError {
  return new VolumeError('changed', `${location} is not the object any more that it was when it was imported`)
}
