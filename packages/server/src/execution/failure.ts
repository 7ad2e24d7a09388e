import { failureMessage, JobFailure, type JobPlan, typedCommand } from '@reprise/cwl'
import type { Left } from '@reprise/runner'
import { DatabaseError } from '../database/errors.ts'
import { FencedError } from '../database/task-states.ts'
import type { Attempt } from './attempts.ts'
import type { EndedJob } from './ended-job.ts'
import { tailOf } from './logs.ts'

/** Characters of a command that a message shows. */
const COMMAND = 500

/**
 * An error of a job as its failure: what can't be staged, started or taken fails the job and not the server. Stays as it is
 * when the job is not to blame: the task was aborted, or its rows can't be written.
 */
export function asFailure(path: string, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted || error instanceof JobFailure) return error
  if (error instanceof DatabaseError || error instanceof FencedError) return error
  return new JobFailure(path, `Step ${path}: ${reasonOf(error)}`)
}

/** The failure as its user needs it: step, reason, exit code, command, and the end of standard error. */
export async function explainFailure(
  plan: JobPlan,
  { attempt, record }: EndedJob,
  left: Left,
  error: JobFailure,
): Promise<JobFailure> {
  const message = failureMessage({
    plan,
    ending: record,
    reason: error.message,
    // a command that failed has its exit code in the failure
    outputs: error.exitCode === undefined,
    stderr: withoutPlace(await tailOf(plan, left), attempt),
  })
  return new JobFailure(plan.path, message, record.exitCode)
}

/** Why something failed, for a user, who is to see no path of this machine. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, syscall } = error as NodeJS.ErrnoException
  return syscall === undefined ? error.message : `the system says ${code} (${syscall})`
}

/** What starts a job (a container engine, the sandbox) names the attempt's folder as this machine has it. */
function withoutPlace(text: string, { folder, isolation }: Attempt): string {
  return isolation === 'none' ? text : text.replaceAll(`${folder}/work`, '/work').replaceAll(folder, '')
}

/** Of a job that the server ended for a reason of its own. To be called while its standard error is still there. */
export async function serverEndedJob(plan: JobPlan, attempt: Attempt, left: Left, reason: string): Promise<JobFailure> {
  const stderr = withoutPlace(await tailOf(plan, left), attempt)
  const lines = [
    `Step ${plan.path} was ended: ${reason}.`,
    `Command: ${typedCommand(plan).slice(0, COMMAND)}`,
    ...(stderr ? ['End of standard error:', stderr] : ['Standard error is empty.']),
  ]
  return new JobFailure(plan.path, lines.join('\n'))
}
