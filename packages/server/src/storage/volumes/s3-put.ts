/**
 * Writing one object, in a way that can be taken up after a crash:
 *
 *   1. An object that carries the export's id is the one that an earlier try finished: nothing is to be done.
 *   2. A small object is one request. S3 shows it whole or not at all.
 *   3. A larger one is a multipart upload. Its id is noted before the first part; a later try asks which parts have arrived
 *      and sends the others. Nobody sees anything of it before it is completed.
 */

import { buffer } from 'node:stream/consumers'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListPartsCommand,
  type ObjectCannedACL,
  PutObjectCommand,
  type S3Client,
  type ServerSideEncryption,
  type StorageClass,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { failpoint } from '../../failpoints.ts'
import { type PutRequest, type StoreProperties, VolumeError } from './volume-store.ts'

export interface Place {
  client: S3Client
  bucket: string
  key: string
}

/** From so many bytes on an object is sent in parts; also the least size of one. */
export const PART = 16 * 2 ** 20
/** Parts of one object, as S3 has it. */
const MOST_PARTS = 10_000
/** Parts that are on their way at one time. */
const AT_ONCE = 4
const MARK = 'reprise-export'

export async function putObject(place: Place, request: PutRequest): Promise<void> {
  const there = await headOf(place, request)
  if (there === request.id) return
  if (there !== undefined && !request.overwrite) {
    throw new VolumeError('exists', `the bucket has an object at ${request.location} already`)
  }
  if (request.source.size < PART) await putWhole(place, request)
  else await putParts(place, request)
}

/** The mark of the object that is there; undefined when there is none. */
async function headOf({ client, bucket, key }: Place, { signal }: PutRequest): Promise<string | undefined> {
  try {
    const head = new HeadObjectCommand({ Bucket: bucket, Key: key })
    return (await client.send(head, { abortSignal: signal })).Metadata?.[MARK] ?? ''
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFound') return undefined
    throw error
  }
}

async function putWhole(place: Place, { source, signal, ...request }: PutRequest): Promise<void> {
  const body = source.size === 0 ? Buffer.alloc(0) : await buffer(await source.open())
  const command = new PutObjectCommand({
    ...target(place),
    ...described(request),
    Body: body,
    ContentLength: source.size,
  })
  await place.client.send(command, { abortSignal: signal })
}

async function putParts(place: Place, request: PutRequest): Promise<void> {
  const { source, signal } = request
  const size = Math.max(PART, Math.ceil(source.size / MOST_PARTS))
  const upload = { ...target(place), UploadId: request.progress ?? '' }
  const parts = request.progress === null ? undefined : await partsOf(place, upload, signal)
  if (!parts) {
    const command = new CreateMultipartUploadCommand({ ...target(place), ...described(request) })
    upload.UploadId = (await place.client.send(command, { abortSignal: signal })).UploadId ?? ''
    await request.note(upload.UploadId)
  }
  const etags = parts ?? new Map<number, string>()
  const missing = Array.from({ length: Math.ceil(source.size / size) }, (_, index) => index + 1).filter(
    number => !etags.has(number),
  )
  const send = async (number: number) => {
    const start = (number - 1) * size
    const body = await buffer(await source.open({ start, end: Math.min(start + size, source.size) - 1 }))
    const command = new UploadPartCommand({ ...upload, PartNumber: number, Body: body })
    etags.set(number, (await place.client.send(command, { abortSignal: signal })).ETag ?? '')
    failpoint('after-part')
  }
  await inTurn(missing, send)
  const Parts = [...etags].sort(([a], [b]) => a - b).map(([PartNumber, ETag]) => ({ PartNumber, ETag }))
  await place.client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }), {
    abortSignal: signal,
  })
}

/** Does the same with each, some at one time. After a first failure nothing new begins; rejects when all have ended. */
async function inTurn<T>(items: T[], body: (item: T) => Promise<void>): Promise<void> {
  const line = async () => {
    try {
      for (let item = items.shift(); item !== undefined; item = items.shift()) await body(item)
    } catch (error) {
      items.length = 0
      throw error
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, line))
  for (const one of ended) if (one.status === 'rejected') throw one.reason
}

/** ETags of the parts that have arrived; undefined when there is no such upload any more. */
async function partsOf(
  { client }: Place,
  upload: { Bucket: string; Key: string; UploadId: string },
  abortSignal: AbortSignal,
): Promise<Map<number, string> | undefined> {
  const etags = new Map<number, string>()
  let marker: string | undefined
  try {
    do {
      const found = await client.send(new ListPartsCommand({ ...upload, PartNumberMarker: marker }), { abortSignal })
      for (const { PartNumber, ETag } of found.Parts ?? []) etags.set(PartNumber ?? 0, ETag ?? '')
      marker = found.IsTruncated ? found.NextPartNumberMarker : undefined
    } while (marker !== undefined)
    return etags
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchUpload') return undefined
    throw error
  }
}

function target({ bucket, key }: Place) {
  return { Bucket: bucket, Key: key }
}

function described({ id, properties }: { id: string; properties: StoreProperties }) {
  return {
    Metadata: { [MARK]: id },
    ServerSideEncryption: (properties.sse_algorithm ?? undefined) as ServerSideEncryption | undefined,
    SSEKMSKeyId: properties.sse_aws_kms_key_id ?? undefined,
    ACL: (properties.aws_canned_acl ?? undefined) as ObjectCannedACL | undefined,
    StorageClass: (properties.aws_storage_class ?? undefined) as StorageClass | undefined,
  }
}
