/**
 * Who holds which contents, for `sweep/holdings.ts`. All contents are looked at once, in one statement: those with the same holders,
 * taken together by project and task, are one row. What takes long here is for a reader, never for the writer.
 */
import { type SqlBool, sql } from 'kysely'
import { type HolderKind, holdersOfKind, jobsHolder, taskHolder } from '../domain/holders.ts'
import type { Queries } from './index.ts'
import { endOfRetention } from './sweep.ts'

/** Contents that have the same holders. */
export interface HoldersAlike {
  /** a word for each: its kind, the project, and of what jobs made the task; none where nobody holds them */
  labels: Label[]
  /** their bytes lie on a volume, and not in the data folder */
  onVolume: boolean
  contents: number
  bytes: number
}

export interface Label {
  kind: HolderKind
  /** '' where what held it is not there any more */
  project: string
  /** '' but for `jobs` */
  task: string
}

/** Holders are of one kind between these. */
const isOf = (kind: HolderKind) => {
  const { after, before } = holdersOfKind(kind)
  return sql<SqlBool>`(h.holder > ${sql.lit(after)} and h.holder < ${sql.lit(before)})`
}
const idOf = (kind: HolderKind) => sql<string>`substr(h.holder, ${sql.lit(holdersOfKind(kind).after.length + 1)})`

/** All contents whose bytes are there, by who holds them. */
export async function groupByHolders(db: Queries): Promise<HoldersAlike[]> {
  const { rows } = await sql<{ labels: string | null; away: number | boolean; contents: number; bytes: number }>`
    select labels, away, count(*) as contents, sum(size) as bytes from (
      select c.size as size, c.volume is not null as away, (
        select string_agg(case
          when ${isOf('file')} then 'file ' || coalesce(f.project, '') || ' '
          when ${isOf('task')} then 'task ' || coalesce(t.project, '') || ' '
          when ${isOf('jobs')} then 'jobs ' || coalesce(t.project, '') || ' ' || ${idOf('jobs')}
          when ${isOf('transfer')} then 'transfer  '
          else 'comparison  ' end, ',' order by h.holder)
        from holders as h
        left join file_rows as f on f.id = case when ${isOf('file')} then ${idOf('file')} end
        left join tasks as t on t.id = case when ${isOf('task')} or ${isOf('jobs')} then ${idOf('task')} end
        where h.content = c.id
      ) as labels
      from contents as c where c.gone is null
    ) as labelled
    group by labels, away`.execute(db)
  return rows.map(({ labels, away, contents, bytes }) => ({
    labels: labels === null ? [] : [...new Set(labels.split(','))].map(readLabel),
    onVolume: Boolean(away),
    contents: Number(contents),
    bytes: Number(bytes),
  }))
}

function readLabel(label: string): Label {
  const [kind, project = '', task = ''] = label.split(' ')
  return { kind: kind as HolderKind, project, task }
}

/** Uploads that are on their way, and the bytes that they have brought. */
export async function countUploads(db: Queries, project?: string): Promise<{ uploads: number; bytes: number }> {
  let query = db
    .selectFrom('uploads')
    .leftJoin('upload_parts', 'upload_parts.upload', 'uploads.id')
    .select(({ fn }) => [
      fn.count<number>('uploads.id').distinct().as('uploads'),
      fn.sum<number | null>('upload_parts.size').as('bytes'),
    ])
  if (project !== undefined) query = query.where('uploads.project', '=', project)
  const { uploads, bytes } = await query.executeTakeFirstOrThrow()
  return { uploads: Number(uploads), bytes: Number(bytes ?? 0) }
}

export interface HoldingTask {
  id: string
  name: string
  project: string
  status: string
  /** milliseconds; infinite while it has not ended */
  until: number
}

export async function findHoldingTasks(db: Queries, ids: string[]): Promise<HoldingTask[]> {
  const rows = await db
    .selectFrom('tasks')
    .innerJoin('projects', 'projects.id', 'tasks.project')
    .select(['tasks.id', 'tasks.name', 'tasks.project', 'tasks.status', 'tasks.ended', 'projects.settings'])
    .where('tasks.id', 'in', ids)
    .execute()
  return rows.map(({ ended, settings, ...task }) => ({ ...task, until: endOfRetention({ ended, settings }) }))
}

/** Hours for which projects keep what jobs made. */
export async function retentionHours(db: Queries, projects: string[]): Promise<{ id: string; hours: number }[]> {
  const rows = await db.selectFrom('projects').select(['id', 'settings']).where('id', 'in', projects).execute()
  return rows.map(({ id, settings }) => ({ id, hours: JSON.parse(settings).intermediate_files.duration }))
}

export interface Shared {
  content: string
  /** whose jobs hold it: those of this project, or of others too; undefined where something else holds it, so that it stays */
  scope: 'project' | 'all' | undefined
}

/**
 * Contents of these tasks that are not held by the jobs of one of them alone. What jobs of several tasks hold is freed with the last:
 * it has a scope for the first task that holds it, and none for the others.
 */
export async function listShared(db: Queries, tasks: string[]): Promise<Shared[]> {
  const { before } = holdersOfKind('jobs')
  const { rows } = await sql<{ content: string; stays: number; beyond: number }>`
    select h.content as content,
      case when exists (
        select 1 from holders as o
        where o.content = h.content and (o.holder < h.holder or o.holder >= ${sql.lit(before)})
      ) then 1 else 0 end as stays,
      case when exists (
        select 1 from holders as o left join tasks as t on t.id = substr(o.holder, ${sql.lit(jobsHolder('').length + 1)})
        where o.content = h.content and o.holder > h.holder and coalesce(t.project, '') <>
          (select project from tasks where tasks.id = ${idOf('jobs')})
      ) then 1 else 0 end as beyond
    from holders as h
    where h.holder in (${sql.join(tasks.map(jobsHolder))})
      and exists (select 1 from holders as o where o.content = h.content and o.holder <> h.holder)`.execute(db)
  const inputs = await db.selectFrom('holders').select('content').where('holder', 'in', tasks.map(taskHolder)).execute()
  return [
    // inputs that jobs hand on are held by the records of their tasks
    ...inputs.map(({ content }) => ({ content, scope: undefined })),
    ...rows.map(({ content, stays, beyond }) => ({
      content,
      scope: stays ? undefined : beyond ? ('all' as const) : ('project' as const),
    })),
  ]
}

/** A job that has made, or taken, files. */
export interface MakingJob {
  task: string
  path: string
  /** milliseconds that it ran, or that the one ran whose result it took */
  took: number
  cores: number
  /** its outputs as JSON */
  outputs: string
}

/** Jobs of these tasks that ended well, behind one of them. */
export async function listMakingJobs(
  db: Queries,
  tasks: string[],
  after: { task: string; path: string },
  limit: number,
): Promise<MakingJob[]> {
  const rows = await db
    .selectFrom('jobs')
    .innerJoin('stored_values', 'stored_values.hash', 'jobs.outputs')
    .select(['jobs.task', 'jobs.path', 'jobs.started', 'jobs.ended', 'jobs.saved', 'jobs.cores', 'stored_values.json'])
    .where('jobs.task', 'in', tasks)
    .where('jobs.status', '=', sql.lit('DONE'))
    .where(sql<SqlBool>`(jobs.task, jobs.path) > (${after.task}, ${after.path})`)
    .orderBy('jobs.task')
    .orderBy('jobs.path')
    .limit(limit)
    .execute()
  return rows.map(({ task, path, started, ended, saved, cores, json }) => ({
    task,
    path,
    took: Number(saved ?? Math.max(0, (ended ?? 0) - (started ?? 0))),
    cores: Number(cores),
    outputs: json,
  }))
}
