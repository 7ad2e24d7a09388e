import type { VolumeLocation } from '../../database/files.ts'
import type { FileRow } from '../../database/schema.ts'

/** Where an item of a copy or a move goes: a folder, or the root of a project; under another name if one is given. */
export interface TransferItem {
  file: string
  parent?: string | undefined
  project?: string | undefined
  name?: string | undefined
}

export interface TransferRequest {
  items: TransferItem[]
}

export interface RemovalRequest {
  items: { file: string }[]
}

/** How an item ended: the file that is there now, or the one that was removed, as it was then. */
export type TreeResult = FileRow & Partial<VolumeLocation>

/** Rows that one transaction writes, about. */
export const ROWS = 800

/** How deep folders may lie in what is copied, moved or deleted. */
export const DEEPEST = 500

/** What a file weighs in a transaction: its row, its content's holder, and a row for each key of its metadata. */
export function weightOf(file: FileRow): number {
  return 2 + (file.metadata === '{}' ? 0 : Object.keys(JSON.parse(file.metadata)).length)
}
