import { sql } from 'kysely'
import { withinTimeLimit } from './in-time.ts'
import type { Queries, Write } from './index.ts'
import { administration, RIGHTS_COLUMNS, withRights } from './members.ts'
import type { ProjectRow } from './schema.ts'

/** A project with the user's permissions on it. */
export async function findProject(db: Queries, id: string, username: string) {
  return withRights(
    await db
      .selectFrom('projects')
      .leftJoin('members', join =>
        join.onRef('members.project', '=', 'projects.id').on('members.username', '=', username),
      )
      .selectAll('projects')
      .select([...RIGHTS_COLUMNS, administration(username), 'projects.public as is_public'])
      .where('projects.id', '=', id)
      .executeTakeFirst(),
  )
}

export type FoundProject = NonNullable<Awaited<ReturnType<typeof findProject>>>

export interface ProjectFilter {
  owner?: string | undefined
  /** part of the name, in any case */
  name?: string | undefined
  /** all of them */
  tags?: string[] | undefined
  /** PUBLIC: all that are, whoever's */
  category?: 'PRIVATE' | 'PUBLIC' | undefined
  limit: number
  offset: number
}

/** Projects that the user is a member of, or those that are public, the oldest first. */
export async function listProjects(db: Queries, username: string, filter: ProjectFilter) {
  let query = db
    .selectFrom('projects')
    .leftJoin('members', join =>
      join.onRef('members.project', '=', 'projects.id').on('members.username', '=', username),
    )
  if (filter.category !== 'PUBLIC') query = query.where('members.read', '=', 1)
  if (filter.category !== undefined) {
    query = query.where('projects.public', '=', filter.category === 'PUBLIC' ? 1 : 0)
  }
  if (filter.owner !== undefined) query = query.where('projects.owner', '=', filter.owner)
  if (filter.name) {
    const part = filter.name.toLowerCase()
    query = query.where(sql<boolean>`replace(lower(projects.name), ${part}, '') <> lower(projects.name)`)
  }
  if (filter.name || filter.tags) query = query.where(withinTimeLimit(db))
  for (const tag of filter.tags ?? []) {
    query = query.where(sql<boolean>`replace(projects.tags, ${JSON.stringify(tag)}, '') <> projects.tags`)
  }
  const { total } = await query.select(count => count.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await query
    .selectAll('projects')
    .select([...RIGHTS_COLUMNS, administration(username), 'projects.public as is_public'])
    .orderBy('projects.created')
    .orderBy('projects.id')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute()
  return { total: Number(total), rows: rows.map(row => withRights(row)!) }
}

/** Ids that begin with these characters, of projects that are being removed too. */
export async function idsLike(db: Queries, owner: string, start: string): Promise<string[]> {
  const ids: string[] = []
  for (const table of ['projects', 'removed_projects'] as const) {
    const rows = await db
      .selectFrom(table)
      .select('id')
      .where('owner', '=', owner)
      .where('id', '>=', start)
      .where('id', '<', `${start}\uffff`)
      .execute()
    ids.push(...rows.map(row => row.id))
  }
  return ids
}

export async function insertProject(tx: Write, project: ProjectRow): Promise<void> {
  await tx.insertInto('projects').values(project).execute()
}

export async function updateProject(tx: Write, id: string, fields: Partial<ProjectRow>): Promise<void> {
  await tx.updateTable('projects').set(fields).where('id', '=', id).execute()
}

/** How many tasks of the project are on their way. */
export async function countRunning(db: Queries, project: string): Promise<number> {
  const { total } = await db
    .selectFrom('tasks')
    .select(count => count.fn.countAll<number>().as('total'))
    .where('project', '=', project)
    .where('status', 'in', ['CREATING', 'QUEUED', 'RUNNING', 'ABORTING'])
    .executeTakeFirstOrThrow()
  return Number(total)
}

/** What a project is called. */
export async function projectName(db: Queries, id: string): Promise<string | undefined> {
  return (await db.selectFrom('projects').select('name').where('id', '=', id).executeTakeFirst())?.name
}
