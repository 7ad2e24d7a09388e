import type { TaskStatus } from '../domain/task-states.ts'
import { ACTIVE } from '../domain/task-states.ts'
import type { Queries, Write } from './index.ts'
import type { TaskRow } from './schema.ts'

/** The children of a batch task: how many are in each state, and what they have cost together. */
export interface ChildCounts {
  counts: Partial<Record<TaskStatus, number>>
  cost: number
}

/** Of several parents at once, by parent. */
export async function countChildren(db: Queries, parents: string[]): Promise<Map<string, ChildCounts>> {
  const found = new Map<string, ChildCounts>()
  if (parents.length === 0) return found
  const rows = await db
    .selectFrom('tasks')
    .select(['parent', 'status'])
    .select(of => [of.fn.countAll<number>().as('count'), of.fn.sum<number>('cost').as('cost')])
    .where('parent', 'in', parents)
    .groupBy(['parent', 'status'])
    .execute()
  for (const { parent, status, count, cost } of rows) {
    const of = found.get(parent ?? '') ?? { counts: {}, cost: 0 }
    of.counts[status] = Number(count)
    of.cost += Number(cost)
    found.set(parent ?? '', of)
  }
  return found
}

/** Children whose names and groups a worker goes on behind. */
export async function childCount(db: Queries, parent: string): Promise<number> {
  const { total } = await db
    .selectFrom('tasks')
    .select(of => of.fn.countAll<number>().as('total'))
    .where('parent', '=', parent)
    .executeTakeFirstOrThrow()
  return Number(total)
}

export async function insertChildren(tx: Write, children: TaskRow[]): Promise<void> {
  await tx.insertInto('tasks').values(children).execute()
}

/** Children in one transaction. */
const ROWS = 500

/** Children that are on their way while their batch task is being aborted; at most ROWS. */
export async function childrenToAbort(db: Queries): Promise<string[]> {
  const rows = await db
    .selectFrom('tasks')
    .innerJoin('tasks as batches', 'batches.id', 'tasks.parent')
    .select('tasks.id')
    .where('batches.status', '=', 'ABORTING')
    .where('batches.batch', '=', 1)
    .where('tasks.status', 'in', ['CREATING', 'QUEUED', 'RUNNING'])
    .limit(ROWS)
    .execute()
  return rows.map(row => row.id)
}

/** Stops some of what is on its way of the children of batch tasks that are being aborted. False when there was nothing. */
export async function abortChildren(tx: Write): Promise<boolean> {
  const ids = await childrenToAbort(tx)
  if (ids.length === 0) return false
  await tx.updateTable('tasks').set({ status: 'ABORTING', message: 'Aborting' }).where('id', 'in', ids).execute()
  return true
}

/** Ids of the children that are being stopped. */
export async function listAborting(db: Queries, parent: string): Promise<string[]> {
  const rows = await db
    .selectFrom('tasks')
    .select('id')
    .where('parent', '=', parent)
    .where('status', '=', 'ABORTING')
    .execute()
  return rows.map(row => row.id)
}

const SETTLED = ['id', 'status', 'batch', 'verifies', 'origin', 'executed_by', 'created_by'] as const

type SettledBatch = Pick<TaskRow, (typeof SETTLED)[number]>

/** A batch task whose children may have ended meanwhile: RUNNING or ABORTING, and none of them on its way. */
export async function findSettled(db: Queries, parent: string): Promise<SettledBatch | undefined> {
  const row = await db.selectFrom('tasks').select(SETTLED).where('id', '=', parent).executeTakeFirst()
  if (row?.status !== 'RUNNING' && row?.status !== 'ABORTING') return undefined
  const open = await db
    .selectFrom('tasks')
    .select('id')
    .where('parent', '=', parent)
    .where('status', 'in', ACTIVE)
    .limit(1)
    .executeTakeFirst()
  return open ? undefined : row
}

/** Each child of a batch task with its group, as JSON, and its state; in the order in which they were made. */
export async function listChildGroups(
  db: Queries,
  parent: string,
): Promise<{ id: string; group: string; status: TaskStatus }[]> {
  const rows = await db
    .selectFrom('tasks')
    .select(['id', 'batch_group', 'status'])
    .where('parent', '=', parent)
    .orderBy('created')
    .orderBy('id')
    .execute()
  return rows.map(({ id, batch_group, status }) => ({ id, group: batch_group ?? '', status }))
}
