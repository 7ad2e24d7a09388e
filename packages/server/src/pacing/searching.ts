import { isLate } from '../database/errors.ts'
import type { Database, Queries } from '../database/index.ts'
import { ApiError } from '../errors.ts'
import { moreThan } from '../limits/limits.ts'
import type { Limits } from '../limits/table.ts'
import type { UserLanes } from './user-lanes.ts'

/**
 * A read whose work grows with what there is: beside all other reads, one of a user at a time, and for a limited time. Throws
 * ApiError 90000 for one that takes longer, 1000 when too many of the user's wait.
 */
export async function runSearch<T>(
  { database, searches, limits }: { database: Pick<Database, 'slow'>; searches: UserLanes; limits: Limits },
  caller: { username: string },
  read: (db: Queries) => Promise<T>,
): Promise<T> {
  try {
    return await searches.inTurn(caller.username, () => read(database.slow))
  } catch (error) {
    if (!isLate(error)) throw error
    const name = 'search-seconds'
    throw new ApiError(
      90000,
      `The search takes ${moreThan(name, limits[name])}: narrow it, by fewer or other conditions.`,
    )
  }
}

/** Throws ApiError 90000 when a list is asked for by more terms or values than a search may have. */
export function checkSearchSize(limits: Limits, field: string, terms: number, values = 0): void {
  if (terms > limits['search-terms']) throw refused(field, moreThan('search-terms', limits['search-terms']))
  if (values > limits['search-values']) throw refused(field, moreThan('search-values', limits['search-values']))
}

function refused(field: string, words: string): ApiError {
  return new ApiError(90000, `${words}.`, field)
}
