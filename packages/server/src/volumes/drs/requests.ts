import type { Conflict } from '../folder-writer.ts'

export const IMPORT_DRS = 'drs.import'

export interface DrsItem {
  drs_uri?: string | undefined
  project?: string | undefined
  parent?: string | undefined
  name?: string | undefined
  metadata?: { [key: string]: unknown } | undefined
}

/** An import by DRS as it was accepted. */
export interface DrsRequest {
  items: DrsItem[]
  tags: string[]
  conflict: Conflict
}
