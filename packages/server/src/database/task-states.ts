import { ACTIVE, isEdge, isTerminal, type TaskStatus } from '../domain/task-states.ts'
import type { Queries, Write } from './index.ts'
import type { TaskRow } from './schema.ts'
import { deleteTakeover } from './takeovers.ts'

/** A write in the name of a claim that is no longer the newest: another worker has taken over, nothing was written. */
export class FencedError extends Error {
  override name = 'FencedError'

  constructor(claim: number) {
    super(`claim ${claim} has been taken over by a newer one`)
  }
}

const CLAIM = 'claim'

/** Takes the next claim number: from now on every write under an older one is refused. */
export async function nextClaim(tx: Write): Promise<number> {
  const claim = (await newestClaim(tx)) + 1
  await tx
    .insertInto('settings')
    .values({ key: CLAIM, value: String(claim) })
    .onConflict(conflict => conflict.column('key').doUpdateSet({ value: String(claim) }))
    .execute()
  return claim
}

/** Rejects with FencedError unless `claim` is the newest: the first statement of every transaction of a worker. */
export async function checkClaim(tx: Write, claim: number): Promise<void> {
  if ((await newestClaim(tx)) !== claim) throw new FencedError(claim)
}

async function newestClaim(tx: Write): Promise<number> {
  const row = await tx.selectFrom('settings').select('value').where('key', '=', CLAIM).executeTakeFirst()
  return Number(row?.value ?? 0)
}

/**
 * Moves a task along an edge: compare and set. False, and nothing changed, when the task is in none of the states `from`.
 * Throws for a pair that is no edge (tasks/states.ts): that is a mistake in the program. What is known of a task on its way only,
 * how often it was taken up, goes when it ends.
 */
export async function moveTask(
  tx: Write,
  id: string,
  from: readonly TaskStatus[],
  to: TaskStatus,
  fields: Partial<Omit<TaskRow, 'id' | 'status'>> = {},
): Promise<boolean> {
  const wrong = from.find(state => !isEdge(state, to))
  if (wrong) throw new Error(`a task does not go from ${wrong} to ${to}`)
  const result = await tx
    .updateTable('tasks')
    .set({ ...fields, status: to })
    .where('id', '=', id)
    .where('status', 'in', from)
    .executeTakeFirst()
  const moved = result.numUpdatedRows === 1n
  if (moved && isTerminal(to)) await deleteTakeover(tx, id)
  return moved
}

/** A task as the worker takes it. */
export type ActiveTask = Pick<TaskRow, (typeof ACTIVE_COLUMNS)[number]>

const ACTIVE_COLUMNS = [
  'id',
  'project',
  'status',
  'record',
  'batch',
  'parent',
  'created_by',
  'executed_by',
  'created',
  'started',
  'origin',
  'verifies',
] as const

/** Every task that is on its way, the oldest first; of batch tasks those that have something to do themselves. */
export async function listActive(queries: Queries): Promise<ActiveTask[]> {
  return await active(queries).select(ACTIVE_COLUMNS).orderBy('id').execute()
}

/** Ids of all tasks that are to be aborted. */
export async function listStopping(queries: Queries): Promise<string[]> {
  const rows = await queries.selectFrom('tasks').select('id').where('status', '=', 'ABORTING').orderBy('id').execute()
  return rows.map(row => row.id)
}

/** Without the batch tasks that only wait for their children. */
export function active(queries: Queries) {
  return queries
    .selectFrom('tasks')
    .where('status', 'in', ACTIVE)
    .where(waits => waits.not(waits.and([waits('batch', '=', 1), waits('status', '=', 'RUNNING')])))
}

export async function findActive(queries: Queries, id: string): Promise<ActiveTask | undefined> {
  return await queries
    .selectFrom('tasks')
    .select(ACTIVE_COLUMNS)
    .where('id', '=', id)
    .where('status', 'in', ACTIVE)
    .executeTakeFirst()
}

/** Adds to what a task warns of; what it says already is not said again. */
export async function addWarnings(tx: Write, id: string, warnings: TaskWarning[]): Promise<void> {
  const row = await tx.selectFrom('tasks').select('warnings').where('id', '=', id).executeTakeFirst()
  const known: TaskWarning[] = JSON.parse(row?.warnings ?? '[]')
  const added = warnings.filter(warning => !known.some(other => other.message === warning.message))
  if (added.length === 0) return
  const all = [...known, ...added].slice(0, MOST_WARNINGS)
  await tx
    .updateTable('tasks')
    .set({ warnings: JSON.stringify(all) })
    .where('id', '=', id)
    .execute()
}

/** As the API shows one. */
export interface TaskWarning {
  type: string
  message: string
  input_id: string
}

export const MOST_WARNINGS = 1000

/** How far it is, and by how much the cost of its jobs has grown. */
export async function setSteps(tx: Write, id: string, total: number, completed: number, cost: number): Promise<void> {
  await tx
    .updateTable('tasks')
    .set(of => ({ steps_total: total, steps_completed: completed, cost: of('cost', '+', cost) }))
    .where('id', '=', id)
    .execute()
}
