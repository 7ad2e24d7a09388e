import type { Hashed } from '../database/values.ts'

/** What the checker's thread is asked. */
export interface CheckRequest {
  id: number
  /** the app's, which names a job of a lone tool */
  name: string
  body: string
}

/** A document as it is stored, or why it can't be read at all. */
export type Checked =
  | { unreadable: string }
  | {
      raw: Hashed
      /** the normalised process; null when the document is not valid */
      model: Hashed | null
      /** each with its position */
      problems: string[]
      cwlVersion: string
      cwl: boolean
      label: string
      notes: string | null
      /** what the app is found by */
      search: string
    }
