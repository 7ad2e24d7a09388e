import type { Context } from '../context.ts'
import type { Time } from '../database/clock.ts'
import { isPassing } from '../database/errors.ts'
import type { Write } from '../database/index.ts'
import { getOperation, insertRecord, updateOwned } from '../database/operations.ts'
import type { OperationRow } from '../database/schema.ts'
import { ApiError } from '../errors.ts'
import { failpoint } from '../failpoints.ts'
import type { OperationKind, Outcome, Work } from './kind.ts'

/** Another process has taken the operation over: nothing may be written in its name any more. */
export class LostOperationError extends Error {
  override name = 'LostOperationError'
}

/** In whose name an operation is run. */
export interface Ownership {
  owner: string
  /** until when, from now */
  lease(): Time
}

/**
 * Runs one operation from where its row says to its end, or until the signal: SUBMITTED → RESOLVING (its total is found) →
 * RUNNING → FINISHED. Each step's effect, the operation's progress and the record of an item that ended are one
 * transaction, whose first statement renews the lease in the owner's name: a process that was taken over from writes
 * nothing. So after a crash at any point the next run goes on behind the last step that was committed.
 */
export async function runOperation(
  context: Context,
  kind: OperationKind,
  id: string,
  ownership: Ownership,
  signal: AbortSignal,
): Promise<void> {
  const { database } = context
  const save = <T>(fields: Partial<OperationRow>, body?: (tx: Write) => Promise<T>) =>
    database.write(async tx => {
      const owned = await updateOwned(tx, id, ownership.owner, { ...fields, lease: ownership.lease() })
      if (!owned) throw new LostOperationError(`operation ${id} is run by another process`)
      return await body?.(tx)
    })

  const row = await getOperation(database.read, id)
  if (!row) return
  const request: unknown = JSON.parse(row.request)
  const items = kind.items(request)
  let { item, cursor, total, completed, failed } = row

  if (row.state !== 'RUNNING') {
    await save({ state: 'RESOLVING', started: row.started ?? Date.now() })
    total = (await kind.total?.(context, request, row.username)) ?? items
    await save({ state: 'RUNNING', total })
  }

  const advance = async (tx: Write, outcome: Outcome): Promise<Pick<OperationRow, 'item' | 'cursor' | 'completed'>> => {
    const goesOn = 'cursor' in outcome
    const next = {
      item: goesOn ? item : item + 1,
      cursor: goesOn ? JSON.stringify(outcome.cursor) : null,
      completed: completed + (outcome.completed ?? (goesOn ? 0 : 1)),
    }
    await updateOwned(tx, id, ownership.owner, next)
    if (!goesOn) {
      const result = JSON.stringify(outcome.result ?? null)
      await insertRecord(tx, { operation: id, item, result, code: null, message: null })
    }
    failpoint('before-progress')
    return next
  }

  const fail = async (work: Work, error: ApiError) => {
    const next = { item: item + 1, cursor: null, failed: failed + 1 }
    await save(next, async tx => {
      await kind.failed?.(context, tx, work, error)
      await insertRecord(tx, { operation: id, item, result: null, code: error.code, message: error.message })
    })
    return next
  }

  while (item < items) {
    if (signal.aborted) return
    const work = {
      id,
      username: row.username,
      request,
      item,
      cursor: cursor ? JSON.parse(cursor) : undefined,
      signal,
    }
    try {
      const write = await kind.step(context, work)
      const next = await save({}, async tx => advance(tx, await write(tx)))
      ;({ item, cursor, completed } = next!)
    } catch (error) {
      if (signal.aborted || error instanceof LostOperationError || isPassing(error)) throw error
      if (!(error instanceof ApiError)) context.log.error({ err: error, operation: id, item }, 'an item failed')
      ;({ item, cursor, failed } = await fail(work, error instanceof ApiError ? error : new ApiError(90004)))
    }
    failpoint('after-progress')
  }
  // what was to be done and is neither done nor there any more has failed, if anything has
  const left = Math.max(total - completed, failed)
  const counts = failed > 0 ? { total: completed + left, failed: left } : { total: completed }
  await save({ state: 'FINISHED', finished: Date.now(), owner: null, ...counts })
}
