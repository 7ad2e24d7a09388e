import type { Key } from '@reprise/cwl'

/** Whose result a job would take, and what that saves. */
export interface PlannedDonor {
  task: string
  path: string
  key: string
  seconds: number
  cores: number
  /** of its outputs */
  bytes: number
  contents: string[]
}

/** What a plan says of one job. */
export interface PlannedJob {
  path: string
  /** of a batch task: of which child, by its value */
  group?: string
  decision: 'reuse' | 'run' | 'unknown' | 'skip'
  donor?: PlannedDonor
  /** of one that would run: it is explained by it */
  key?: Key
  /** why it never is reused */
  why?: string
  /** the donor is that of its own path in the task that it is a rerun of */
  isOwn?: boolean
  /** donors of its key whose bytes were let go, looked at before the one that is taken */
  freed?: PlannedDonor[]
  /** that it would be given */
  cores?: number
  /** jobs that `path` stands for, with what they wait for */
  count?: number
  /** it need not run at all */
  unsure?: boolean
  waitsFor?: string[]
}
