/**
 * Workers that share the tasks of one PostgreSQL database (with SQLite there is one worker, by the lock of the data folder).
 * A task belongs to the worker whose claim is in its row, as long as that worker has a row here. A worker whose lease has
 * ended is buried, its row removed: its claim never counts again, since claims only grow and a lease is renewed only where
 * there is a row. All times are those of the database's clock.
 */
import { sql } from 'kysely'
import { ACTIVE } from '../domain/task-states.ts'
import { NOW } from './clock.ts'
import type { Queries, Write } from './index.ts'
import type { WorkerRow } from './schema.ts'
import { type ActiveTask, active, FencedError, findActive, nextClaim } from './task-states.ts'

/** Makes a worker with a claim of its own; gives the claim. */
export async function insertWorker(
  tx: Write,
  { place, process, lease }: Pick<WorkerRow, 'place' | 'process'> & { lease: number },
): Promise<number> {
  const claim = await nextClaim(tx)
  await tx
    .insertInto('workers')
    .values({ claim, place, process, lease_until: sql`${NOW} + ${lease}::bigint`, started: NOW })
    .execute()
  return claim
}

/** Renews the lease by so many milliseconds from now; false when the worker has been buried. */
export async function renewLease(db: Queries, claim: number, lease: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('workers')
    .set({ lease_until: sql`${NOW} + ${lease}::bigint` })
    .where('claim', '=', claim)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export function listWorkers(db: Queries): Promise<WorkerRow[]> {
  return db.selectFrom('workers').selectAll().orderBy('claim').execute()
}

export async function deleteExpiredWorkers(db: Queries): Promise<void> {
  await db.deleteFrom('workers').where('lease_until', '<', NOW).execute()
}

export async function deleteWorkers(db: Queries, claims: number[]): Promise<void> {
  if (claims.length > 0) await db.deleteFrom('workers').where('claim', 'in', claims).execute()
}

/**
 * Rejects with FencedError unless the task is of this claim, and keeps it so until the transaction has ended: whoever takes
 * it over waits, or comes first and this transaction is run again.
 */
export async function checkOwner(tx: Write, task: string, claim: number): Promise<void> {
  const row = await tx.selectFrom('tasks').select('claim').where('id', '=', task).forUpdate().executeTakeFirst()
  if (row?.claim !== claim) throw new FencedError(claim)
}

/** Makes a task that is on its way the claim's own, if no other worker has it; `left` when another one had it. */
export async function claimTask(
  tx: Write,
  id: string,
  claim: number,
): Promise<(ActiveTask & { left: boolean }) | undefined> {
  const before = await tx.selectFrom('tasks').select('claim').where('id', '=', id).executeTakeFirst()
  const { numUpdatedRows } = await tx
    .updateTable('tasks')
    .set({ claim })
    .where('id', '=', id)
    .where('status', 'in', ACTIVE)
    .where(task =>
      task.or([
        task('claim', '=', claim),
        task('claim', 'not in', other => other.selectFrom('workers').select('workers.claim')),
      ]),
    )
    .executeTakeFirst()
  const task = numUpdatedRows === 1n ? await findActive(tx, id) : undefined
  return task && { ...task, left: before !== undefined && before.claim !== 0 && before.claim !== claim }
}

/** Tasks that run, or are to be aborted, and whose worker is gone. */
export async function listOrphans(db: Queries): Promise<string[]> {
  const rows = await unowned(db).select('id').where('status', 'in', ['RUNNING', 'ABORTING']).orderBy('id').execute()
  return rows.map(row => row.id)
}

/** Those of the tasks that are on their way and in the hands of nobody, or of a worker at this place. */
export async function listRunningAt(db: Queries, ids: string[], place: string): Promise<string[]> {
  const rows = await db
    .selectFrom('tasks')
    .leftJoin('workers', 'workers.claim', 'tasks.claim')
    .select('tasks.id')
    .where('tasks.id', 'in', ids)
    .where('tasks.status', 'in', ACTIVE)
    .where(task => task.or([task('workers.place', 'is', null), task('workers.place', '=', place)]))
    .execute()
  return rows.map(row => row.id)
}

/** A task that waits for a worker. */
export interface NextTask {
  id: string
  username: string
  /** the user's tasks in the hands of workers */
  owned: number
}

/**
 * For each user one that waits, first those of users with the fewest tasks in the hands of workers. It is the oldest of the
 * batch, or of all tasks without one, of which the fewest are in the hands of workers.
 */
export async function listNext(db: Queries): Promise<NextTask[]> {
  const [username, batch] = [sql<string>`coalesce(executed_by, created_by)`, sql<string>`coalesce(parent, '')`]
  const waiting = await unowned(db)
    .select([username.as('username'), batch.as('group'), sql<string>`min(id)`.as('id')])
    .where('status', 'in', ['CREATING', 'QUEUED'])
    .groupBy([username, batch])
    .execute()
  if (waiting.length === 0) return []
  const owned = await active(db)
    .select([username.as('username'), batch.as('group'), sql<number>`count(*)`.as('tasks')])
    .where('claim', 'in', other => other.selectFrom('workers').select('workers.claim'))
    .groupBy([username, batch])
    .execute()
  const count = (rows: typeof owned) => rows.reduce((sum, row) => sum + Number(row.tasks), 0)
  const of = Map.groupBy(owned, row => row.username)
  const next = waiting.map(({ id, username, group }) => {
    const all = of.get(username) ?? []
    return { id, username, owned: count(all), inGroup: count(all.filter(row => row.group === group)) }
  })
  next.sort((a, b) => a.owned - b.owned || a.inGroup - b.inGroup || (a.id < b.id ? -1 : 1))
  return [...Map.groupBy(next, task => task.username).values()].flatMap(([first]) => first ?? [])
}

function unowned(db: Queries) {
  return active(db).where('claim', 'not in', other => other.selectFrom('workers').select('workers.claim'))
}
