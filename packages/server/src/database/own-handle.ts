import { AsyncLocalStorage } from 'node:async_hooks'
import type { Database } from './index.ts'

/** Of the call that runs here: whether what it writes now comes through the handle that it was given. */
const calls = new AsyncLocalStorage<{ through: boolean }>()

/** A call that has a handle of its own wrote through another one. */
export class OtherHandleError extends Error {
  override name = 'OtherHandleError'
}

/**
 * Runs a call all of whose writes have to go through one handle, which it is given (http/idempotency.ts). A transaction of any other
 * handle rejects with OtherHandleError before it begins: it would be carried out again when the call is repeated.
 */
export function withOwnHandle<T>(run: () => T): T {
  return calls.run({ through: false }, run)
}

/** What the call's own handle does. */
export function throughOwnHandle<T>(run: () => T): T {
  return calls.getStore() ? calls.run({ through: true }, run) : run()
}

/** What a call sets going and does not wait for is not part of it. */
export function behindTheCall<T>(run: () => T): T {
  return calls.exit(run)
}

/** A handle that no call writes through which has one of its own. */
export function refusingOthers<T extends Database>(database: T): T {
  const write: Database['write'] = async (body, how) => {
    if (calls.getStore()?.through === false) {
      throw new OtherHandleError('a call with an Idempotency-Key has to write by the database that it is given')
    }
    return await database.write(body, how)
  }
  return { ...database, write }
}
