import { sql } from 'kysely'
import { withinTimeLimit } from './in-time.ts'
import type { Database, Queries, Write } from './index.ts'

/** Notes how much the files of each project have, where that is more than the day has seen. */
export async function measureStorage(database: Database, day: number): Promise<void> {
  const rows = await database.read
    .selectFrom('files')
    .select('project')
    .select(of => of.fn.sum<number>('size').as('bytes'))
    .where('type', '=', 'file')
    .groupBy('project')
    .execute()
  for (let from = 0; from < rows.length; from += 500) {
    const some = rows.slice(from, from + 500).map(({ project, bytes }) => ({ day, project, bytes: Number(bytes) }))
    await database.write(tx =>
      tx
        .insertInto('storage_days')
        .values(some)
        .onConflict(conflict =>
          conflict.columns(['day', 'project']).doUpdateSet({
            bytes: sql<number>`case when excluded.bytes > storage_days.bytes then excluded.bytes else storage_days.bytes end`,
          }),
        )
        .execute(),
    )
  }
}

export async function addEgress(
  tx: Write,
  rows: { day: number; project: string; username: string; bytes: number }[],
): Promise<void> {
  await tx
    .insertInto('egress_days')
    .values(rows)
    .onConflict(conflict =>
      conflict
        .columns(['day', 'project', 'username'])
        .doUpdateSet({ bytes: sql<number>`egress_days.bytes + excluded.bytes` }),
    )
    .execute()
}

/** Of a billing group, as far as the user may look: projects that they are a member of; undefined is everybody's. */
export interface UsageFilter {
  group: string
  username: string | undefined
  /** milliseconds, both counted */
  from?: number | undefined
  to?: number | undefined
  limit: number
  offset: number
}

/** Tasks that were run, the oldest first. */
export async function listAnalyses(db: Queries, filter: UsageFilter) {
  let query = db
    .selectFrom('tasks')
    .innerJoin('projects', 'projects.id', 'tasks.project')
    .where('projects.billing_group', '=', filter.group)
    .where(withinTimeLimit(db))
    .where('tasks.started', 'is not', null)
    .where('tasks.batch', '=', 0)
    .where('tasks.project', 'in', visible(db, filter.username))
  if (filter.from !== undefined) query = query.where('tasks.started', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('tasks.started', '<=', filter.to)
  const { total } = await query.select(of => of.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await query
    .select(['tasks.id', 'tasks.name', 'tasks.app', 'tasks.status', 'tasks.cost', 'tasks.started', 'tasks.ended'])
    .select(['tasks.executed_by', 'projects.id as project', 'projects.name as project_name', 'projects.settings'])
    .orderBy('tasks.started')
    .orderBy('tasks.id')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute()
  return { total: Number(total), rows }
}

/** Storage of each project: the bytes of its last day and the sum over all days, by project. */
export async function listStorage(db: Queries, filter: UsageFilter) {
  let query = db
    .selectFrom('storage_days')
    .innerJoin('projects', 'projects.id', 'storage_days.project')
    .where('projects.billing_group', '=', filter.group)
    .where(withinTimeLimit(db))
    .where('storage_days.project', 'in', visible(db, filter.username))
  if (filter.from !== undefined) query = query.where('storage_days.day', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('storage_days.day', '<=', filter.to)
  const { total } = await query
    .select(of => of.fn.count<number>('projects.id').distinct().as('total'))
    .executeTakeFirstOrThrow()
  const rows = await query
    .select(['projects.id', 'projects.name', 'projects.created_by', 'projects.settings'])
    .select(of => [
      of.fn.max('storage_days.bytes').as('bytes'),
      of.fn.sum<number>('storage_days.bytes').as('byte_days'),
    ])
    .groupBy(['projects.id', 'projects.name', 'projects.created_by', 'projects.settings'])
    .orderBy('projects.id')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute()
  return { total: Number(total), rows: rows.map(row => ({ ...row, byte_days: Number(row.byte_days) })) }
}

/** What users fetched, by project and user. */
export async function listEgress(db: Queries, filter: UsageFilter) {
  let query = db
    .selectFrom('egress_days')
    .innerJoin('projects', 'projects.id', 'egress_days.project')
    .where('projects.billing_group', '=', filter.group)
    .where(withinTimeLimit(db))
    .where('egress_days.project', 'in', visible(db, filter.username))
  if (filter.from !== undefined) query = query.where('egress_days.day', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('egress_days.day', '<=', filter.to)
  const all = query
    .select(['projects.id', 'projects.name', 'projects.settings', 'egress_days.username'])
    .select(of => of.fn.sum<number>('egress_days.bytes').as('bytes'))
    .groupBy(['projects.id', 'projects.name', 'projects.settings', 'egress_days.username'])
  const { total } = await db
    .selectFrom(all.as('rows'))
    .select(of => of.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  const rows = await all
    .orderBy('projects.id')
    .orderBy('egress_days.username')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute()
  return { total: Number(total), rows: rows.map(row => ({ ...row, bytes: Number(row.bytes) })) }
}

function visible(projects: Queries, username: string | undefined) {
  const query = projects.selectFrom('projects as seen').select('seen.id')
  if (username === undefined) return query
  return query
    .innerJoin('members', 'members.project', 'seen.id')
    .where('members.username', '=', username)
    .where('members.read', '=', 1)
}
