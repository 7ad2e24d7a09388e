import type { Time } from './clock.ts'
import type { Queries, Write } from './index.ts'
import type { OperationRecordRow, OperationRow } from './schema.ts'

export async function insertOperation(tx: Write, operation: OperationRow): Promise<void> {
  await tx.insertInto('operations').values(operation).execute()
}

/** An operation of the user's, if it is of one of the kinds. */
export function findOperation(db: Queries, id: string, username: string, kinds: string[]) {
  return db
    .selectFrom('operations')
    .selectAll()
    .where('id', '=', id)
    .where('username', '=', username)
    .where('kind', 'in', kinds)
    .executeTakeFirst()
}

/** The user's operations of these kinds, the oldest first. */
export async function listOperations(
  db: Queries,
  username: string,
  kinds: string[],
  page: { limit: number; offset: number },
): Promise<{ total: number; rows: OperationRow[] }> {
  const query = db.selectFrom('operations').where('username', '=', username).where('kind', 'in', kinds)
  const { total } = await query.select(count => count.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await query.selectAll().orderBy('created').orderBy('id').limit(page.limit).offset(page.offset).execute()
  return { total: Number(total), rows }
}

/** The user's latest operations of a kind, the newest first. */
export function latestOperations(db: Queries, username: string, kind: string, limit: number) {
  return db
    .selectFrom('operations')
    .select(['id', 'request'])
    .where('username', '=', username)
    .where('kind', '=', kind)
    .orderBy('created', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** How the items of these operations ended, in the order of the items. */
export function listRecords(db: Queries, operations: string[]): Promise<OperationRecordRow[]> {
  if (operations.length === 0) return Promise.resolve([])
  return db
    .selectFrom('operation_records')
    .selectAll()
    .where('operation', 'in', operations)
    .orderBy('operation')
    .orderBy('item')
    .execute()
}

/** Operations of these kinds that nobody runs, or whose lease is over by now. */
export interface Waiting {
  kinds: string[]
  now: Time
  except: string[]
}

function waiting(db: Queries, { kinds, now, except }: Waiting) {
  const query = db
    .selectFrom('operations')
    .where('state', 'in', ['SUBMITTED', 'RESOLVING', 'RUNNING'])
    .where('kind', 'in', kinds)
    .where(either => either.or([either('owner', 'is', null), either('lease', '<', now)]))
  return except.length > 0 ? query.where('id', 'not in', except) : query
}

/** Whose operations wait; who has waited longest comes first. */
export async function listWaitingUsers(db: Queries, wanted: Waiting): Promise<string[]> {
  const rows = await waiting(db, wanted)
    .select('username')
    .select(of => of.fn.min('created').as('since'))
    .groupBy('username')
    .orderBy('since')
    .orderBy('username')
    .execute()
  return rows.map(row => row.username)
}

/** The user's operation that has waited longest. */
export function findWaiting(db: Queries, username: string, wanted: Waiting): Promise<OperationRow | undefined> {
  return waiting(db, wanted)
    .selectAll()
    .where('username', '=', username)
    .orderBy('created')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
}

/** Takes an operation that nobody runs. False when another process was quicker, or it has ended. */
export async function claimOperation(tx: Write, id: string, owner: string, now: Time, lease: Time) {
  const { numUpdatedRows } = await tx
    .updateTable('operations')
    .set({ owner, lease })
    .where('id', '=', id)
    .where('state', '<>', 'FINISHED')
    .where(either => either.or([either('owner', 'is', null), either('lease', '<', now)]))
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

type Fields = Partial<Omit<OperationRow, 'lease'>> & { lease?: Time }

/** Changes an operation in the name of its owner; false when it has another one by now. */
export async function updateOwned(tx: Write, id: string, owner: string, fields: Fields) {
  const { numUpdatedRows } = await tx
    .updateTable('operations')
    .set(fields)
    .where('id', '=', id)
    .where('owner', '=', owner)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Nobody runs any operation any more: for a process that knows that it is the only one. */
export async function releaseAll(tx: Write): Promise<void> {
  await tx
    .updateTable('operations')
    .set({ owner: null, lease: 0 })
    .where('state', 'in', ['SUBMITTED', 'RESOLVING', 'RUNNING'])
    .where('owner', 'is not', null)
    .execute()
}

export function getOperation(db: Queries, id: string): Promise<OperationRow | undefined> {
  return db.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function insertRecord(tx: Write, record: OperationRecordRow): Promise<void> {
  await tx.insertInto('operation_records').values(record).execute()
}

/** Removes operations, with their records, that ended before; gives how many. */
export async function deleteFinished(tx: Write, before: number, limit: number): Promise<number> {
  const rows = await tx
    .selectFrom('operations')
    .select('id')
    .where('finished', '<', before)
    .orderBy('finished')
    .orderBy('id')
    .limit(limit)
    .execute()
  const ids = rows.map(row => row.id)
  if (ids.length === 0) return 0
  await tx.deleteFrom('operation_records').where('operation', 'in', ids).execute()
  await tx.deleteFrom('operations').where('id', 'in', ids).execute()
  return ids.length
}
