import type { Queries } from './index.ts'
import type { TaskRow } from './schema.ts'

const COLUMNS = [
  'id',
  'project',
  'name',
  'status',
  'app',
  'origin',
  'created_by',
  'created',
  'record',
  'batch',
  'batch_input',
  'batch_by',
  'execution_settings',
  'use_interruptible_instances',
] as const

/** A task of a lineage. */
export type Relative = Pick<TaskRow, (typeof COLUMNS)[number]>

/** Tasks by their ids, or those whose origins they are, the oldest first; and whether the user may read each. */
export async function findRelatives(
  db: Queries,
  username: string,
  wanted: { ids: string[] } | { origins: string[] },
  limit: number,
): Promise<(Relative & { isReadable: boolean })[]> {
  const [column, values] =
    'ids' in wanted ? (['tasks.id', wanted.ids] as const) : (['tasks.origin', wanted.origins] as const)
  const rows: (Relative & { isReadable: boolean })[] = []
  for (let from = 0; from < values.length && rows.length < limit; from += 500) {
    const found = await db
      .selectFrom('tasks')
      .leftJoin('members', join =>
        join.onRef('members.project', '=', 'tasks.project').on('members.username', '=', username),
      )
      .leftJoin('projects', 'projects.id', 'tasks.project')
      .select(COLUMNS.map(name => `tasks.${name}` as const))
      .select(['members.read', 'projects.public'])
      .where(column, 'in', values.slice(from, from + 500))
      .orderBy('tasks.created')
      .orderBy('tasks.id')
      .limit(limit - rows.length)
      .execute()
    for (const { read, public: open, ...row } of found) rows.push({ ...row, isReadable: read === 1 || open === 1 })
  }
  return rows
}

/** Those of the tasks that the user may read. */
export async function readableTasks(db: Queries, username: string, ids: string[]): Promise<Set<string>> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return new Set()
  const found = await findRelatives(db, username, { ids: wanted }, wanted.length)
  return new Set(found.filter(task => task.isReadable).map(task => task.id))
}
