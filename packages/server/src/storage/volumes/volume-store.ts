import type { Readable } from 'node:stream'

/** An object of a volume. Locations are without the volume's own prefix. */
export interface VolumeObject {
  location: string
  size: number
  /** changes whenever the object does */
  etag: string
  /** epoch milliseconds */
  modified: number
}

export interface Listing {
  objects: VolumeObject[]
  /** what lies one level deeper, up to the next slash, which they end in */
  prefixes: string[]
  /** for the next page; undefined on the last one */
  token: string | undefined
}

export interface ListRequest {
  /** locations that begin so */
  prefix: string
  /** objects and prefixes together */
  limit: number
  token?: string | undefined
}

/** Bytes to bring to a volume. */
export interface Source {
  size: number
  /** bytes from `start` to `end` (inclusive), or all */
  open(range?: { start: number; end: number }): Promise<Readable>
}

export interface PutRequest {
  location: string
  source: Source
  /** tells the object as the one of this export, when it is put again after a crash */
  id: string
  overwrite: boolean
  /** of the volume's service, those of the call over them */
  properties: StoreProperties
  /** what an earlier try noted */
  progress: string | null
  /** Keeps what a later try needs to go on where this one was. */
  note(progress: string): Promise<void>
  signal: AbortSignal
}

/** How objects are written; S3's words. */
export interface StoreProperties {
  sse_algorithm?: string | null
  sse_aws_kms_key_id?: string | null
  aws_canned_acl?: string | null
  aws_storage_class?: string | null
}

/**
 * Where the bytes of a volume lie (seam: an S3 bucket, a folder of this machine). Every call rejects with VolumeError and
 * nothing else for what the storage refuses or does not have.
 */
export interface VolumeStore {
  list(request: ListRequest): Promise<Listing>
  /** Objects whose locations begin so, at every depth, in an order of their own behind `after`. None: that was all. */
  page(prefix: string, after: string | undefined, limit: number): Promise<VolumeObject[]>
  /** Rejects with `missing`. */
  head(location: string): Promise<VolumeObject>
  /** Bytes from `start` to `end` (inclusive), or all; rejects with `changed` when the object has another ETag by now. */
  open(location: string, etag: string, range?: { start: number; end: number }): Promise<Readable>
  /** An address of the storage service itself that gives the object's bytes for a few minutes; a folder has none. */
  presign?(location: string, etag: string, disposition: string): Promise<string>
  /**
   * Writes an object, whole or not at all; rejects with `exists` when another one is there and `overwrite` is not said. A
   * second call with the same id goes on with what the first left and finds what it finished.
   */
  put(request: PutRequest): Promise<VolumeObject>
  /** Forgets what an unfinished `put` left behind. */
  discard(request: Pick<PutRequest, 'location' | 'id' | 'progress'>): Promise<void>
  close(): void
}

export type VolumeErrorKind =
  /** it does not answer */
  | 'unreachable'
  /** it refuses to show or give */
  | 'no-read'
  /** it refuses to take */
  | 'no-write'
  /** the settings of volume or server don't lead there */
  | 'out-of-reach'
  /** no such object */
  | 'missing'
  /** not the object any more that was registered */
  | 'changed'
  /** something is there already */
  | 'exists'
  /** the volume was deactivated */
  | 'inactive'

/** What went wrong with a volume, in words that its users may read: nothing that the storage service said, and no secret. */
export class VolumeError extends Error {
  override name = 'VolumeError'
  readonly kind: VolumeErrorKind

  constructor(trouble: VolumeErrorKind, message: string) {
    super(message)
    this.kind = trouble
  }
}
