import { JobFailure, type JobPlan } from '@reprise/cwl'
import { DatabaseError } from '../database/errors.ts'
import { FencedError } from '../database/task-states.ts'
import type { EndedJob } from './job.ts'
import { commandLine } from './job-row.ts'
import { tailOf } from './logs.ts'

/** How a shell tells that the limit on the size of files ended a job. */
const SIGXFSZ = 128 + 25

/** Characters of the command that a message shows. */
const COMMAND = 500

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
export async function explain(plan: JobPlan, { attempt, record }: EndedJob, error: JobFailure): Promise<JobFailure> {
  const tail = await tailOf(plan, attempt.folder)
  const command = commandLine(plan)
  const lines = [
    `Step ${plan.path} failed with exit code ${record.exitCode}${reason(plan, record)}.`,
    ...(error.message ? [error.message] : []),
    `Command: ${command.length > COMMAND ? `${command.slice(0, COMMAND)}…` : command}`,
    ...(tail ? ['End of standard error:', tail] : ['Standard error is empty.']),
  ]
  return new JobFailure(plan.path, lines.join('\n'), record.exitCode)
}

function reason(plan: JobPlan, record: EndedJob['record']): string {
  const { exitCode, timedOut } = record
  if (timedOut) return `: it ran longer than its time limit of ${plan.timeLimit} s (ToolTimeLimit)`
  if (record.outOfMemory) {
    return `: it ran out of its ${plan.memoryLimit ?? 'whole'} MiB of memory (ResourceRequirement: raise ramMin or ramMax)`
  }
  if (record.notStarted) return ': the container engine could not start it'
  if (exitCode === 137) return ': it was killed, perhaps because memory ran out (ResourceRequirement.ramMin)'
  if (exitCode === SIGXFSZ) return ': it wrote a file larger than all the room on the disk of the data folder'
  return exitCode > 128 ? `: signal ${exitCode - 128} ended it` : ''
}
