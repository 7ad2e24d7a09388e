import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { LIMITS } from './limits.ts'

/** The user that jobs see themselves as, everywhere the same, and that owns nothing else on any machine. */
export const JOB_USER = 64737

/** The real user id of jobs when this process is root; undefined when they run as this process's own user. */
export function jobUser(): number | undefined {
  return process.getuid?.() === 0 ? JOB_USER : undefined
}

/** Processes and threads of one job in a group of its own: jobs on all cores together never take more than half of the machine's. */
export function jobProcesses(): number {
  return Math.min(LIMITS.processes, Math.floor(numbers() / 4 / availableParallelism()))
}

function numbers(): number {
  return Number(readFileSync('/proc/sys/kernel/pid_max', 'utf8'))
}

let most: number | undefined

/** Processes and threads of all jobs that run as the job's user: as of a job for each core, and half of the machine's at most. */
export function userProcesses(): number {
  most ??= Math.min(LIMITS.processes * availableParallelism(), Math.floor(numbers() / 2))
  return most
}
