import type { ManifestEntry } from '../specification.ts'
import type { Piece } from './file.ts'
import type { ManifestOptions } from './manifest.ts'

export interface FileRequest {
  path: string
  limit: number
  from: 'start' | 'end'
}

/** What the reader is asked; `work` is a work folder, relative to the folder of all attempts. */
export type ReaderRequest = { id: number; work: string } & (
  | { type: 'manifest'; options: ManifestOptions }
  | { type: 'read'; file: FileRequest }
)

export type ReaderAnswer = { id: number } & (
  | { type: 'manifest'; entries: ManifestEntry[] }
  | { type: 'read'; piece: Piece }
  | { type: 'error'; message: string }
)
