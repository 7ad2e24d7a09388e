import { S3ServiceException } from '@aws-sdk/client-s3'
import { VolumeError } from './volume-store.ts'

/** What a call to S3 was about to do. */
export interface Attempted {
  bucket: string
  /** without the volume's prefix; '' for the bucket as a whole */
  location: string
  access: 'read' | 'write'
}

/**
 * An error of the S3 client as a trouble of the volume. What the service said is not repeated, only its error code when that
 * is a plain word: an endpoint is chosen by a user, and must not become a way to read what inner servers answer.
 */
export function volumeErrorOf(error: unknown, { bucket, location, access }: Attempted): unknown {
  if (error instanceof VolumeError || isAbort(error)) return error
  const status = statusOf(error)
  const name = error instanceof Error && /^[A-Za-z]{1,60}$/.test(error.name) ? error.name : 'Error'
  if (status === undefined && !isSent(error)) {
    return new VolumeError('out-of-reach', `no request can be made of the settings of the volume (${name})`)
  }
  if (status === undefined) {
    return new VolumeError('unreachable', `the storage service does not answer as S3 does (${codeOf(error) ?? name})`)
  }
  const said = `${name}, status ${status}`
  if (name === 'NoSuchBucket') return new VolumeError('out-of-reach', `there is no bucket ${bucket}`)
  if (name === 'NoSuchKey' || status === 404) {
    return new VolumeError('missing', `there is no object ${location} in the bucket`)
  }
  if (status === 401 || status === 403) {
    const refused = access === 'read' ? 'no-read' : 'no-write'
    return new VolumeError(refused, `the storage service refuses the ${access} access (${said})`)
  }
  if (status === 412) {
    return access === 'read'
      ? new VolumeError('changed', `${location} is not the object any more that it was when it was imported`)
      : new VolumeError('exists', `the bucket has an object at ${location} already`)
  }
  if (status === 301 || status === 307 || status === 400 || (status >= 402 && status < 500)) {
    return new VolumeError(
      'out-of-reach',
      `the storage service refuses the request (${said}): check endpoint and bucket`,
    )
  }
  return new VolumeError('unreachable', `the storage service is in trouble (${said})`)
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof S3ServiceException) return error.$metadata.httpStatusCode
  const metadata = error instanceof Error && '$metadata' in error ? error.$metadata : undefined
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined
  return typeof status === 'number' && status >= 300 ? status : undefined
}

/** Errors of requests that went out have this, also when there was no answer. */
function isSent(error: unknown): boolean {
  return error instanceof Error && '$metadata' in error
}

/** Of a connection: ECONNREFUSED, ENOTFOUND and the like. */
function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? code : undefined
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}
