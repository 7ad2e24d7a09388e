import type { Side, Verdict } from './verdict.ts'

export interface Request {
  old: Side
  now: Side
}

/** The first message says that it can begin. */
export type Answer = 'ready' | { verdict: Verdict } | { error: string; more: { code?: string } }

export interface CompareLimits {
  /** bytes of JavaScript's heap in the thread; buffers are bounded by what the comparers keep */
  memory: number
  /** milliseconds for a pair */
  time: number
}
