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
import { volumeErrorOf } from './s3-errors.ts'
import { type PutRequest, type StoreProperties, VolumeError } from './volume-store.ts'

export interface ObjectAddress {
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

/** Gives the ETag of what was written. Rejects when another object has taken its place meanwhile. */
export async function putObject(place: ObjectAddress, request: PutRequest): Promise<string> {
  const there = await headOf(place, request)
  if (there?.mark === request.id) return there.etag
  if (there && !request.overwrite) {
    throw new VolumeError('exists', `the bucket has an object at ${request.location} already`)
  }
  if (request.source.size < PART) await putWhole(place, request)
  else await putParts(place, request)
  // its mark and its ETag come in one answer; what an upload in parts answers is not everywhere the ETag that the object has
  const written = await headOf(place, request)
  if (written?.mark === request.id) return written.etag
  throw new VolumeError('changed', `something else was written to ${request.location} at the same time`)
}

/** The mark and ETag of the object that is there; undefined when there is none. */
async function headOf(place: ObjectAddress, request: PutRequest): Promise<{ mark: string; etag: string } | undefined> {
  const { bucket, key } = place
  const head = new HeadObjectCommand({ Bucket: bucket, Key: key })
  const found = await orMissing(sent(place, request, () => place.client.send(head, { abortSignal: request.signal })))
  return found && { mark: found.Metadata?.[MARK] ?? '', etag: found.ETag ?? '' }
}

/** A request to the service, its errors as troubles of the volume; those of what is around it stay as they are. */
async function sent<T>(
  { bucket }: ObjectAddress,
  { location }: { location: string },
  send: () => Promise<T>,
): Promise<T> {
  try {
    return await send()
  } catch (error) {
    throw volumeErrorOf(error, { bucket, location, access: 'write' })
  }
}

async function orMissing<T>(body: Promise<T>): Promise<T | undefined> {
  try {
    return await body
  } catch (error) {
    if (error instanceof VolumeError && error.kind === 'missing') return undefined
    throw error
  }
}

async function putWhole(place: ObjectAddress, request: PutRequest): Promise<void> {
  const { source, signal } = request
  const body = source.size === 0 ? Buffer.alloc(0) : await buffer(await source.open())
  const given = { ...target(place), ...described(request), Body: body, ContentLength: source.size }
  const put = new PutObjectCommand(given)
  await sent(place, request, () => place.client.send(put, { abortSignal: signal }))
}

async function putParts(place: ObjectAddress, request: PutRequest): Promise<void> {
  const { source, signal } = request
  const { client } = place
  const options = { abortSignal: signal }
  const size = Math.max(PART, Math.ceil(source.size / MOST_PARTS))
  const upload = { ...target(place), UploadId: request.progress ?? '' }
  const parts = request.progress === null ? undefined : await partsOf(place, request, upload)
  if (!parts) {
    const command = new CreateMultipartUploadCommand({ ...target(place), ...described(request) })
    upload.UploadId = (await sent(place, request, () => client.send(command, options))).UploadId ?? ''
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
    etags.set(number, (await sent(place, request, () => client.send(command, options))).ETag ?? '')
    failpoint('after-part')
  }
  await inTurn(missing, send)
  const Parts = [...etags].sort(([a], [b]) => a - b).map(([PartNumber, ETag]) => ({ PartNumber, ETag }))
  const command = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } })
  await sent(place, request, () => client.send(command, options))
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
  place: ObjectAddress,
  request: PutRequest,
  upload: { Bucket: string; Key: string; UploadId: string },
): Promise<Map<number, string> | undefined> {
  const etags = new Map<number, string>()
  let marker: string | undefined
  do {
    const command = new ListPartsCommand({ ...upload, PartNumberMarker: marker })
    const options = { abortSignal: request.signal }
    const found = await orMissing(sent(place, request, () => place.client.send(command, options)))
    if (!found) return undefined
    for (const { PartNumber, ETag } of found.Parts ?? []) etags.set(PartNumber ?? 0, ETag ?? '')
    marker = found.IsTruncated ? found.NextPartNumberMarker : undefined
  } while (marker !== undefined)
  return etags
}

function target({ bucket, key }: ObjectAddress) {
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
