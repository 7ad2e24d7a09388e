import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { moreThan, STANDARD } from '../limits/limits.ts'
import type { Checked } from './check-messages.ts'
import { CheckThread, LATE } from './check-thread.ts'
import { RoundRobin } from './round-robin.ts'

/** The context of rules that read documents. */
export interface AppsContext extends Context {
  apps: AppChecker
}

/** Reads posted documents in threads of its own, users by turns. */
export interface AppChecker {
  /** Throws ApiError 1000 when too many of the user's documents wait. */
  check(user: string, name: string, body: string): Promise<Checked>
  close(): Promise<void>
}

export interface CheckerOptions {
  /** milliseconds of work that a document may take */
  limit?: number
  /** documents of one user that may wait */
  waiting?: number
}

/** Characters up to which a document is read in the thread for small ones. */
const SMALL = 256 * 1024
/** MiB that a thread may take. */
const MEMORY = { small: 256, large: 512 }
/** Milliseconds that one may take there; few of that size take a tenth of it. */
const SMALL_LIMIT = 1000

/**
 * Two threads, so that a small document never waits for a large one, and in each the users take turns, so that it waits for at
 * most one of each other user. A small document that takes long after all is begun anew among the large ones. A document that
 * takes longer than `limit`, or needs more memory than there is for it, ends its thread; the next one starts another.
 */
export function createAppChecker({
  limit = 20_000,
  waiting = STANDARD['waiting-documents'],
}: CheckerOptions = {}): AppChecker {
  const small = new CheckThread({ memory: MEMORY.small, isPatient: false })
  const large = new CheckThread({ memory: MEMORY.large, isPatient: true })
  const lines = { small: new RoundRobin(), large: new RoundRobin() }
  const counts = new Map<string, number>()

  async function read(user: string, name: string, body: string): Promise<Checked> {
    const first = Math.min(limit, SMALL_LIMIT)
    if (body.length <= SMALL) {
      const checked = await lines.small.run(user, () => small.run(name, body, first))
      if (!isLate(checked)) return checked
      if (first === limit) return late(limit)
    }
    const checked = await lines.large.run(user, () => large.run(name, body, limit))
    return isLate(checked) ? late(limit) : checked
  }

  return {
    async check(user, name, body) {
      const count = counts.get(user) ?? 0
      if (count > waiting) {
        throw new ApiError(
          1000,
          `${moreThan('waiting-documents', waiting)} of yours wait: post them one after the other.`,
        )
      }
      counts.set(user, count + 1)
      try {
        return await read(user, name, body)
      } finally {
        const left = counts.get(user)! - 1
        if (left === 0) counts.delete(user)
        else counts.set(user, left)
      }
    },
    async close() {
      await Promise.all([small.close(), large.close()])
    },
  }
}

function late(limit: number): Checked {
  return { unreadable: `the document takes longer than ${limit / 1000} s to read` }
}

function isLate(checked: Checked | typeof LATE): checked is typeof LATE {
  return checked === LATE
}
