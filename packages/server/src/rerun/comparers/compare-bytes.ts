/**
 * Says of two contents whose SHA-256 differ whether they are the same once what their format lets vary is set aside. Pairs are
 * compared one after the other in a thread of its own (compare-thread.ts), which starts with the first pair and ends when it was
 * idle for a while. Nothing is equivalent unless that was proven: a pair that takes more time or memory than it may, or breaks the
 * thread, is different, and why.
 */

import type { Context } from '../../context.ts'
import type { CompareLimits } from './compare-messages.ts'
import { CompareThread } from './compare-thread.ts'
import type { Side, Verdict } from './verdict.ts'

/** The context of what compares bytes. */
export interface ComparersContext extends Context {
  /** says of two files whether they are the same but for what their format lets vary */
  comparers: Comparers
}

export interface Comparers {
  /** Rejects when a side can't be read or has another size than it is said to have, when `signal` aborts, and after `close`. */
  compare(old: Side, now: Side, signal?: AbortSignal): Promise<Verdict>
  close(): Promise<void>
}

const LIMITS: CompareLimits = { memory: 64 * 2 ** 20, time: 60 * 60 * 1000 }

export function createComparers(limits: Partial<CompareLimits> = {}): Comparers {
  const thread = new CompareThread({ ...LIMITS, ...limits })
  let last: Promise<unknown> = Promise.resolve()
  return {
    async compare(old, now, signal) {
      signal?.throwIfAborted()
      const { promise, resolve, reject } = Promise.withResolvers<Verdict>()
      const aborted = () => reject(signal?.reason)
      signal?.addEventListener('abort', aborted)
      last = last.then(() => thread.run(old, now, signal)).then(resolve, reject)
      return promise.finally(() => signal?.removeEventListener('abort', aborted))
    },
    close: () => thread.close(),
  }
}
