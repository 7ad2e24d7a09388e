import { failureMessage, JobFailure, type JobPlan } from '@reprise/cwl'
import type { Left } from '@reprise/runner'
import { DatabaseError } from '../database/errors.ts'
import { FencedError } from '../database/task-states.ts'
import type { EndedJob } from './job.ts'
import { tailOf } from './logs.ts'

/**
 * An error of a job as its failure: what can't be staged, started or taken fails the job and not the server. Stays as it is
 * when the job is not to blame: the task was aborted, or its rows can't be written.
 */
export function asFailure(path: string, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted || error instanceof JobFailure) return error
  if (error instanceof DatabaseError || error instanceof FencedError) return error
  return new JobFailure(path, `Step ${path}: ${error instanceof Error ? error.message : error}`)
}

/** The failure as its user needs it: step, reason, exit code, command, and the end of standard error. */
export async function explain(plan: JobPlan, { record }: EndedJob, left: Left, error: JobFailure): Promise<JobFailure> {
  const message = failureMessage({
    plan,
    ending: record,
    reason: error.message,
    stderr: await tailOf(plan, left),
  })
  return new JobFailure(plan.path, message, record.exitCode)
}
