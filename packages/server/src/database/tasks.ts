import { type ExpressionBuilder, type OrderByItemBuilder, sql } from 'kysely'
import type { TaskStatus } from '../domain/task-states.ts'
import type { Queries, Write } from './index.ts'
import { administration, RIGHTS_COLUMNS, withRights } from './members.ts'
import { prepared } from './prepared.ts'
import type { Schema, TaskRow } from './schema.ts'

const taskOf = prepared(['id', 'username'], (db: Queries, { id, username }: { id: string; username: string }) =>
  db
    .selectFrom('tasks')
    .leftJoin('members', join =>
      join.onRef('members.project', '=', 'tasks.project').on('members.username', '=', username),
    )
    .selectAll('tasks')
    .select([...RIGHTS_COLUMNS, administration(username)])
    .where('tasks.id', '=', id),
)

/** A task with the user's permissions on its project. */
export async function findTask(db: Queries, id: string, username: string) {
  return withRights((await taskOf(db, { id, username }))[0])
}

export type FoundTask = NonNullable<Awaited<ReturnType<typeof findTask>>>

const inputsSize = prepared(['id'], (db: Queries, { id }: { id: string }) =>
  db
    .selectFrom('tasks')
    .innerJoin('stored_values', 'stored_values.hash', 'tasks.inputs')
    .select(sql<number>`octet_length(stored_values.json)`.as('bytes'))
    .where('tasks.id', '=', id),
)

/** Bytes of a task's inputs; 0 when there is no such task. */
export async function inputsSizeOf(db: Queries, id: string): Promise<number> {
  return Number((await inputsSize(db, { id }))[0]?.bytes ?? 0)
}

/** Bounds are inclusive, in milliseconds. */
export interface TaskFilter {
  project?: string | undefined
  status?: TaskStatus | undefined
  parent?: string | undefined
  batch?: boolean | undefined
  created?: Span
  started?: Span
  ended?: Span
  order: keyof typeof ORDER
  descending: boolean
  limit: number
  offset: number
}

export interface Span {
  from?: number | undefined
  to?: number | undefined
}

/** A draft shows its creation as its start. */
const START = sql<number>`coalesce(tasks.started, tasks.created)`

const ORDER = {
  created_time: sql.ref('tasks.created'),
  start_time: START,
  end_time: sql.ref('tasks.ended'),
  name: sql.ref('tasks.name'),
  created_by: sql.ref('tasks.created_by'),
} as const

/** Tasks of the projects that the user may read, in a total order. */
export async function listTasks(db: Queries, username: string, filter: TaskFilter) {
  const query = db
    .selectFrom('tasks')
    .innerJoin('members', 'members.project', 'tasks.project')
    .where(matches => matches.and([...belongs(matches, username), ...conditions(matches, filter)]))
  const direction = filter.descending ? 'desc' : 'asc'
  // those that have not ended come before all times, on every dialect
  const placed = (order: OrderByItemBuilder) =>
    filter.descending ? order.desc().nullsLast() : order.asc().nullsFirst()
  const page = query
    .selectAll('tasks')
    .orderBy(ORDER[filter.order], filter.order === 'end_time' ? placed : direction)
    .orderBy('tasks.id', direction)
    .limit(filter.limit)
    .offset(filter.offset)
  const [{ total }, rows] = await Promise.all([
    query.select(count => count.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
    page.execute(),
  ])
  return { total: Number(total), rows }
}

type Matches = ExpressionBuilder<Schema, 'tasks' | 'members'>

function belongs(matches: Matches, username: string) {
  return [matches('members.username', '=', username), matches('members.read', '=', 1)]
}

function conditions(matches: Matches, filter: TaskFilter) {
  return [
    ...(filter.project === undefined ? [] : [matches('tasks.project', '=', filter.project)]),
    ...(filter.status === undefined ? [] : [matches('tasks.status', '=', filter.status)]),
    ...(filter.parent === undefined ? [] : [matches('tasks.parent', '=', filter.parent)]),
    ...(filter.batch === undefined ? [] : [matches('tasks.batch', '=', filter.batch ? 1 : 0)]),
    ...within(matches, sql<number>`tasks.created`, filter.created),
    ...within(matches, START, filter.started),
    ...within(matches, sql<number>`tasks.ended`, filter.ended),
  ]
}

function within(matches: Matches, column: ReturnType<typeof sql<number>>, span: Span | undefined) {
  return [
    ...(span?.from === undefined ? [] : [matches(column, '>=', span.from)]),
    ...(span?.to === undefined ? [] : [matches(column, '<=', span.to)]),
  ]
}

/** All of them: one that is left out does not compile. */
const COLUMNS: { [column in keyof TaskRow]: true } = {
  id: true,
  project: true,
  name: true,
  description: true,
  app: true,
  status: true,
  origin: true,
  parent: true,
  batch: true,
  batch_input: true,
  batch_by: true,
  batch_group: true,
  execution_settings: true,
  use_interruptible_instances: true,
  output_location: true,
  inputs: true,
  outputs: true,
  errors: true,
  warnings: true,
  seed: true,
  time: true,
  resources: true,
  groups: true,
  result: true,
  verifies: true,
  record: true,
  model: true,
  claim: true,
  message: true,
  steps_total: true,
  steps_completed: true,
  cost: true,
  created_by: true,
  executed_by: true,
  created: true,
  started: true,
  running: true,
  ended: true,
}

const insertion = prepared(
  Object.keys(COLUMNS) as (keyof TaskRow)[],
  (db: Queries, task: { [column in keyof TaskRow]: TaskRow[column] }) => db.insertInto('tasks').values(task),
)

export async function insertTask(tx: Write, task: TaskRow): Promise<void> {
  await insertion(tx, { ...task })
}

export async function updateTask(tx: Write, id: string, fields: Partial<TaskRow>): Promise<void> {
  if (Object.keys(fields).length === 0) return
  await tx.updateTable('tasks').set(fields).where('id', '=', id).execute()
}

export async function deleteTask(tx: Write, id: string): Promise<void> {
  await tx.deleteFrom('tasks').where('id', '=', id).execute()
}
