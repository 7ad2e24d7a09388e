/**
 * Whose result a job may take. A donor ran itself, is DONE, has the same key, is distrusted neither itself nor by the taker's project, and its result is not for itself
 * alone; it lies in the taker's project, or in one that results may leave and that the taker's user may copy from now. That its
 * bytes are still there shows when they are held.
 */
import { type RawBuilder, sql } from 'kysely'
import type { Queries, Write } from './index.ts'
import { prepared } from './prepared.ts'
import type { FileRow, JobRow } from './schema.ts'

/** Who takes. */
export interface Taker {
  task: string
  project: string
  /** in whose name the task runs */
  user: string
  /** the task that it is a rerun of */
  origin: string | null
}

const DONOR = [
  'jobs.key',
  'jobs.task',
  'jobs.path',
  'jobs.outputs',
  'jobs.inputs_digest',
  'jobs.outputs_digest',
  'jobs.stdout',
  'jobs.stderr',
  'jobs.exit_code',
  'jobs.circumstances',
  'jobs.started',
  'jobs.ended',
  'jobs.cost',
  'jobs.cores',
] as const

export type Donor = Pick<
  JobRow,
  | 'task'
  | 'path'
  | 'inputs_digest'
  | 'outputs_digest'
  | 'stdout'
  | 'stderr'
  | 'exit_code'
  | 'circumstances'
  | 'started'
  | 'ended'
  | 'cost'
  | 'cores'
> & { key: string; outputs: string }

/** As settings are written (projects/settings.ts): results of such a project stay in it. */
const CONTROLLED = '"controlled":true'

function donors(db: Queries, project: string, user: string) {
  return db
    .selectFrom('jobs')
    .innerJoin('tasks', 'tasks.id', 'jobs.task')
    .innerJoin('projects', 'projects.id', 'tasks.project')
    .leftJoin('members', join => join.onRef('members.project', '=', 'projects.id').on('members.username', '=', user))
    .where('jobs.status', '=', sql.lit('DONE'))
    .where('jobs.reused_task', 'is', null)
    .where('jobs.distrusted', 'is', null)
    .where('jobs.no_reuse', 'is', null)
    .where('jobs.outputs', 'is not', null)
    .where(isUndoubted(project))
    .where(either => either.or([either('tasks.project', '=', project), either.and([isFree, mayCopy(user)])]))
}

/** Nobody of the project distrusts what a job of theirs took from it, where they may not mark the job itself. */
function isUndoubted(project: string) {
  return sql<boolean>`not exists (select 1 from jobs as taker inner join tasks as own on own.id = taker.task
    where taker.reused_task = jobs.task and taker.reused_path = jobs.path
    and taker.distrusted is not null and own.project = ${project})`
}

const isFree = sql<boolean>`replace(projects.settings, ${sql.lit(CONTROLLED)}, '') = projects.settings`

function mayCopy(user: string) {
  return sql<boolean>`(members.copy = 1 or projects.public = 1
    or (select u.admin from users as u where u.username = ${user}) = 1)`
}

/** The last of a key that ended come first; at most `limit`. */
export async function findDonors(db: Queries, keys: string[], taker: Taker, limit: number): Promise<Donor[]> {
  const rows = await donors(db, taker.project, taker.user)
    .select(DONOR)
    .where('jobs.key', 'in', keys)
    .where('jobs.task', '<>', taker.task)
    .orderBy('jobs.ended', 'desc')
    .orderBy('jobs.task')
    .orderBy('jobs.path')
    .limit(limit)
    .execute()
  return rows as Donor[]
}

/** How many donors there are of each key, and when the last of them ended, but for those of one task. */
export async function countDonors(db: Queries, keys: string[], taker: Taker, except = '') {
  const rows = await donors(db, taker.project, taker.user)
    .select(['jobs.key'])
    .select(of => [of.fn.countAll<number>().as('count'), of.fn.max('jobs.ended').as('last')])
    .where('jobs.key', 'in', keys)
    .where('jobs.task', 'not in', [taker.task, except])
    .groupBy('jobs.key')
    .execute()
  return new Map(rows.map(({ key, count, last }) => [key ?? '', { count: Number(count), last: Number(last ?? 0) }]))
}

/** Those of these jobs that are donors, with when they ended. */
export async function donorsAmong(db: Queries, jobs: { task: string; path: string; key: string }[], taker: Taker) {
  const all = (name: 'task' | 'path' | 'key') => [...new Set(jobs.map(job => job[name]))]
  return await donors(db, taker.project, taker.user)
    .select(['jobs.task', 'jobs.path', 'jobs.key', 'jobs.ended'])
    .where('jobs.task', 'in', all('task'))
    .where('jobs.path', 'in', all('path'))
    .where('jobs.key', 'in', all('key'))
    .execute()
}

const stillThere = prepared(
  ['task', 'path', 'key', 'project', 'user'],
  (db: Queries, marks: { task: string; path: string; key: string; project: string; user: string }) =>
    donors(db, marks.project, marks.user)
      .select('jobs.path')
      .where('jobs.task', '=', marks.task)
      .where('jobs.path', '=', marks.path)
      .where('jobs.key', '=', marks.key),
)

/** Whether the donor is one still. */
export async function isDonor(tx: Write, { task, path, key }: Donor, { project, user }: Taker): Promise<boolean> {
  return (await stillThere(tx, { task, path, key, project, user })).length > 0
}

/** A job that ran itself and has a key, with what keeps it from being a donor. */
export interface SameJob {
  key: string
  task: string
  path: string
  distrusted: string | null
  no_reuse: string | null
  /** it may be seen */
  readable: number
  /** its result may come into the taker's project */
  allowed: number
  /** the taker's project distrusts what it took from it */
  doubted: number
}

/** Jobs with these keys that ran, whether their results may be taken or not; at most `limit`. */
export async function findSameJobs(db: Queries, keys: string[], taker: Taker, limit: number): Promise<SameJob[]> {
  const { project, user, task } = taker
  const isOwn = sql<boolean>`tasks.project = ${project}`
  const flag = (condition: RawBuilder<boolean>) => sql<number>`case when ${condition} then 1 else 0 end`
  return await db
    .selectFrom('jobs')
    .innerJoin('tasks', 'tasks.id', 'jobs.task')
    .innerJoin('projects', 'projects.id', 'tasks.project')
    .leftJoin('members', join => join.onRef('members.project', '=', 'projects.id').on('members.username', '=', user))
    .select(['jobs.task', 'jobs.path', 'jobs.distrusted', 'jobs.no_reuse'])
    .select(sql<string>`jobs.key`.as('key'))
    .select(flag(sql`${isOwn} or ${mayRead(user)}`).as('readable'))
    .select(flag(sql`${isOwn} or (${isFree} and ${mayCopy(user)})`).as('allowed'))
    .select(flag(sql`not ${isUndoubted(project)}`).as('doubted'))
    .where('jobs.key', 'in', keys)
    .where('jobs.status', '=', sql.lit('DONE'))
    .where('jobs.reused_task', 'is', null)
    .where('jobs.task', '<>', task)
    .orderBy('jobs.ended', 'desc')
    .orderBy('jobs.task')
    .orderBy('jobs.path')
    .limit(limit)
    .execute()
}

function mayRead(user: string) {
  return sql<boolean>`(members.read = 1 or projects.public = 1
    or (select u.admin from users as u where u.username = ${user}) = 1)`
}

/** Whether results of a project may be taken into another task at all. */
export async function mayTakeFrom(db: Queries, from: string, { project, user }: Taker): Promise<boolean> {
  if (from === project) return true
  const row = await db
    .selectFrom('projects')
    .leftJoin('members', join => join.onRef('members.project', '=', 'projects.id').on('members.username', '=', user))
    .select('projects.id')
    .where('projects.id', '=', from)
    .where(isFree)
    .where(mayCopy(user))
    .executeTakeFirst()
  return row !== undefined
}

/** Of jobs of a task with these keys, whose result each of them took, by their paths. */
export async function takenBy(db: Queries, task: string, keys?: string[]) {
  let query = db
    .selectFrom('jobs')
    .select(['path', 'reused_task', 'reused_path'])
    .where('task', '=', task)
    .where('reused_task', 'is not', null)
  if (keys) query = query.where('key', 'in', keys)
  return await query.execute()
}

/** Jobs that a pattern names: a path, or the beginning of one before a `*`. */
export async function jobsNamed(db: Queries, task: string, pattern: string, limit: number) {
  const begins = pattern.endsWith('*') ? pattern.slice(0, -1) : undefined
  const jobs = db.selectFrom('jobs').select(['path', 'status', 'reused_task', 'reused_path']).where('task', '=', task)
  const named =
    begins === undefined
      ? jobs.where('path', '=', pattern)
      : jobs.where(sql<string>`substr(path, 1, ${sql.lit(begins.length)})`, '=', begins)
  return await named.where('status', '=', sql.lit('DONE')).orderBy('path').limit(limit).execute()
}

export async function setDistrusted(
  tx: Write,
  task: string,
  paths: string[],
  distrusted: string | null,
): Promise<void> {
  await tx.updateTable('jobs').set({ distrusted }).where('task', '=', task).where('path', 'in', paths).execute()
}

/** Jobs that took the results of these, with the projects of their tasks. */
export async function takersOf(db: Queries, task: string, paths: string[], limit: number) {
  return await db
    .selectFrom('jobs')
    .innerJoin('tasks', 'tasks.id', 'jobs.task')
    .select(['jobs.task', 'jobs.path', 'tasks.project'])
    .where('jobs.reused_task', '=', task)
    .where('jobs.reused_path', 'in', paths)
    .orderBy('jobs.task')
    .orderBy('jobs.path')
    .limit(limit)
    .execute()
}

/** Jobs whose keys wait for hashes, behind one of them. */
export async function listKeyless(db: Queries, after: { task: string; path: string }, limit: number) {
  return await db
    .selectFrom('jobs')
    .select(['task', 'path', 'parts'])
    .where('parts', 'is not', null)
    .where(sql<boolean>`(task, path) > (${after.task}, ${after.path})`)
    .orderBy('task')
    .orderBy('path')
    .limit(limit)
    .execute()
}

export async function setKey(tx: Write, task: string, path: string, key: string): Promise<void> {
  await tx
    .updateTable('jobs')
    .set({ key, parts: null })
    .where('task', '=', task)
    .where('path', '=', path)
    .where('key', 'is', null)
    .execute()
}

/** SHA-256 and executable bit of contents; what has no row is left out. */
export async function findContentHashes(db: Queries, ids: string[]) {
  const found: { id: string; sha256: string | null; executable: number }[] = []
  for (let from = 0; from < ids.length; from += 500) {
    const some = ids.slice(from, from + 500)
    found.push(
      ...(await db.selectFrom('contents').select(['id', 'sha256', 'executable']).where('id', 'in', some).execute()),
    )
  }
  return found
}

/** Files that a task made, those that are still there. */
export async function findFilesOf(db: Queries, task: string, ids: string[]): Promise<FileRow[]> {
  return await db.selectFrom('files').selectAll().where('origin_task', '=', task).where('id', 'in', ids).execute()
}
