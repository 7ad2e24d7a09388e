import { areFailpointsOn, FailpointError, failpoint } from '../failpoints.ts'
import { DatabaseError, UNKNOWN_END } from './errors.ts'
import type { Database } from './index.ts'

/**
 * The database, with the failpoints `before-commit` and `after-commit` in each of its write transactions. One that throws there is
 * as a connection that is lost: before the commit nothing was done, after it nobody knows.
 */
export function withFailpoints<T extends Database>(database: T): T {
  if (!areFailpointsOn) return database
  const write: Database['write'] = async (body, how) => {
    const result = await database.write(async tx => {
      const made = await body(tx)
      lost(() => failpoint('before-commit'), LOST)
      return made
    }, how)
    lost(() => failpoint('after-commit'), UNKNOWN_END)
    return result
  }
  return { ...database, write }
}

/** SQLSTATE of a connection that went away. */
const LOST = '08006'

function lost(point: () => void, code: string): void {
  try {
    point()
  } catch (error) {
    if (error instanceof FailpointError) throw new DatabaseError(error.message, code)
    throw error
  }
}
