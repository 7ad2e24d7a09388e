/**
 * Says of two contents whose SHA-256 differ whether they are the same once what their format lets vary is set aside. Pairs are
 * compared one after the other in a thread of its own (compare-thread.ts), which starts with the first pair and ends when it was
 * idle for a while. Nothing is equivalent unless that was proven: a pair that takes more time or memory than it may, or breaks the
 * thread, is different, and why.
 */
import { CompareThread } from './compare-thread.ts'

/** Raised when any verdict may change: verdicts are kept by it. */
export const COMPARER_VERSION = 1

export type Format = 'TEXT' | 'JSON' | 'GZIP' | 'VCF' | 'SAM' | 'BAM'

export interface Side {
  path: string
  /** bytes */
  size: number
  /** the file's name: only a hint of its format */
  name: string
}

/** A side that has nothing there has no `old` or `new`; both are cut at 500 characters. */
export interface FirstDifference {
  /** from 1, in the decompressed text; lines that are set aside are not counted */
  line?: number
  old?: string
  new?: string
}

export type Verdict =
  | {
      verdict: 'equivalent'
      format: Format
      /** what differs and does not count: `##fileDate`, `@PG`, `gzip`, `trailing newline`, `key order`, … */
      setAside: string[]
    }
  | { verdict: 'different'; format?: Format; first?: FirstDifference; why?: string }

export interface Comparers {
  /** Rejects when a side can't be read or has another size than it is said to have, when `signal` aborts, and after `close`. */
  compare(old: Side, now: Side, signal?: AbortSignal): Promise<Verdict>
  close(): Promise<void>
}

export interface CompareLimits {
  /** bytes of JavaScript's heap in the thread; buffers are bounded by what the comparers keep */
  memory: number
  /** milliseconds for a pair */
  time: number
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
