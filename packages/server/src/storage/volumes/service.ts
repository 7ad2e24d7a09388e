import type { StoreProperties } from './volume-store.ts'

/** The service of a volume as it is stored and shown: without its secrets. */
export type Service = S3Service | LocalService

export interface S3Service {
  type: 's3'
  bucket: string
  /** stands before every location */
  prefix: string
  /** as given: a host, or a URL */
  endpoint: string
  credentials: { access_key_id: string }
  properties: StoreProperties
}

/** A folder of the server's machine. */
export interface LocalService {
  type: 'local'
  path: string
  prefix: string
}
