import type { ExitRecord } from '@reprise/runner'
import type { Attempt } from './attempts.ts'

/** A job whose processes are dead. */
export interface EndedJob {
  attempt: Attempt
  record: ExitRecord
  /** gives back cores and memory: to be called when it is known whether the job failed, so that nothing starts after that */
  leave(): void
}
