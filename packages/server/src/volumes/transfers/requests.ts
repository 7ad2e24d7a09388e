import type { StoreProperties } from '../../storage/volumes/volume-store.ts'

/** An import as it was accepted. */
export interface ImportRequest {
  volume: string
  /** a folder when it ends in a slash */
  location: string
  destination: { project?: string | undefined; parent?: string | undefined; name: string }
  overwrite: boolean
  autorename: boolean
  /** of a folder: false lets its files land flat */
  preserve: boolean
}

/** An export as it was accepted. */
export interface ExportRequest {
  file: string
  volume: string
  location: string
  overwrite: boolean
  /** true leaves the file as it is; otherwise its bytes are those of the volume from then on */
  copyOnly: boolean
  /** over those of the volume */
  properties: StoreProperties
}

/** What an operation that does a transfer is told. */
export interface TransferOperation {
  transfer: string
}

export const IMPORT = 'volumes.import'
export const EXPORT = 'volumes.export'
