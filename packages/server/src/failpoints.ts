/**
 * Named points at which a test makes the process die as by `kill -9`, wait, or meet an error:
 *
 *   REPRISE_FAILPOINT=<name>           the first time that a thread passes it
 *   REPRISE_FAILPOINT=<name>:<n>       the n-th time
 *   REPRISE_FAILPOINT=<name>:*         each time
 *   REPRISE_FAILPOINT=<name>@<of>      whenever it is about that
 *   REPRISE_FAILPOINT=worker/<name>    in that thread only: `api` (the main one) or `worker`
 *   … =kill (when nothing is said), =throw, =delay/<milliseconds>
 *
 * REPRISE_FAILPOINT_LOG=<file>: each point that is passed is written down there, a line each. Where neither is set a failpoint is
 * one comparison.
 */
import { appendFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const THREAD = isMainThread ? 'api' : 'worker'
const [point = '', action = 'kill'] = (process.env.REPRISE_FAILPOINT ?? '').split('=')
const [place = '', count] = point.split(':')
const [, thread = THREAD, armed = ''] = /^(?:(api|worker)\/)?(.*)$/.exec(place) ?? []
const log = process.env.REPRISE_FAILPOINT_LOG
let left = Number(count ?? 1)

/** Whether any point of this thread does anything. */
export const areFailpointsOn = Boolean(log) || (armed !== '' && thread === THREAD)

export type Failpoint =
  | 'before-commit'
  | 'after-commit'
  | 'before-rename'
  | 'after-rename'
  | 'before-start'
  | 'after-start'
  | 'before-cancel'
  | 'after-cancel'
  | 'before-remove'
  | 'after-remove'
  | 'before-free'
  | 'after-free'
  | 'after-exit'
  | 'after-take'
  | 'after-settle'
  | 'after-take-result'
  | 'before-finish'
  | 'after-finish'
  | 'before-fail'
  | 'before-plan'
  | 'before-progress'
  | 'after-progress'
  | 'after-part'
  | 'after-chunk'
  | 'after-rows'
  | 'after-load'

/** What a point throws that is to. */
export class FailpointError extends Error {
  override name = 'FailpointError'
}

export function failpoint(name: Failpoint, of = ''): void {
  if (!areFailpointsOn || !isHit(name, of)) return
  if (action === 'throw') throw new FailpointError(`the failpoint ${name} was hit`)
  const [, milliseconds] = /^delay\/(\d+)$/.exec(action) ?? []
  if (milliseconds === undefined) process.kill(process.pid, 'SIGKILL')
  // the thread waits as a whole
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(milliseconds))
}

function isHit(name: Failpoint, of: string): boolean {
  if (log) appendFileSync(log, `${THREAD}/${name}\n`)
  if (thread !== THREAD) return false
  if (of !== '' && armed === `${name}@${of}`) return true
  return name === armed && (count === '*' || --left === 0)
}
