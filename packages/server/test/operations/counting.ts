import { pino } from 'pino'
import type { Context } from '../../src/context.ts'
import type { Database } from '../../src/database/index.ts'
import { ApiError } from '../../src/errors.ts'
import type { OperationKind } from '../../src/operations/kind.ts'

export interface Counting {
  items: number
  /** of an item */
  steps: number
  /** items that fail in their second step */
  failing?: number[]
}

/** Makes a row for each step of each item: one that is done twice breaks the table's key. */
export const counting: OperationKind<Counting, number, string> = {
  name: 'test.counting',
  lane: 'rows',
  items: request => request.items,
  async step(_context: Context, { id, request, item, cursor = 0 }) {
    return async tx => {
      await tx
        .insertInto('settings')
        .values({ key: `${id} ${item} ${cursor}`, value: '' })
        .execute()
      if (cursor === 1 && request.failing?.includes(item)) throw new ApiError(10225, `item ${item}`)
      return cursor + 1 < request.steps ? { cursor: cursor + 1 } : { result: `item ${item}` }
    }
  },
}

/** As much of a context as these kinds use. */
export function contextOf(database: Database): Context {
  const context: Pick<Context, 'database' | 'log'> = { database, log: pino({ level: 'silent' }) }
  return context as Context
}
