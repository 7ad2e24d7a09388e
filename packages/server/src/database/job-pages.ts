import { type SelectQueryBuilder, sql } from 'kysely'
import type { Queries, Write } from './index.ts'
import type { JobRow, Schema } from './schema.ts'

export interface JobFilter {
  status?: JobRow['status'] | undefined
  /** whether they took another job's result */
  reused?: boolean | undefined
  /** a path, or the beginning of one */
  path?: { is: string } | { begins: string } | undefined
  order: 'path' | 'start_time' | 'duration'
  descending: boolean
  limit: number
  offset: number
}

/** Jobs of a task, a page of them in a total order. */
export async function pageJobs(
  db: Queries,
  task: string,
  filter: JobFilter,
): Promise<{ total: number; rows: JobRow[] }> {
  const query = filtered(db.selectFrom('jobs').where('task', '=', task), filter)
  const direction = filter.descending ? 'desc' : 'asc'
  const duration = sql<number>`coalesce(ended, 0) - coalesce(started, 0)`
  const by = { path: undefined, start_time: sql.ref('started'), duration }[filter.order]
  const ordered = by === undefined ? query : query.orderBy(by, direction)
  const [{ total }, rows] = await Promise.all([
    query.select(of => of.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
    ordered.selectAll().orderBy('path', direction).limit(filter.limit).offset(filter.offset).execute(),
  ])
  return { total: Number(total), rows }
}

type JobQuery = SelectQueryBuilder<Schema, 'jobs', object>

function filtered(query: JobQuery, { status, path, reused }: JobFilter): JobQuery {
  // as it stands in the text of the statement, so that the index of those that failed can be used
  const ofStatus = status === undefined ? query : query.where('status', '=', sql.lit(status))
  const taken = reused === undefined ? ofStatus : ofStatus.where('reused_task', reused ? 'is not' : 'is', null)
  if (path === undefined) return taken
  if ('is' in path) return taken.where('path', '=', path.is)
  return taken.where(sql<string>`substr(path, 1, ${sql.lit(path.begins.length)})`, '=', path.begins)
}

const DIGESTED = [
  'path',
  'status',
  'plan',
  'inputs',
  'outputs',
  'inputs_digest',
  'plan_digest',
  'outputs_digest',
] as const

export type ComparedJob = Pick<JobRow, (typeof DIGESTED)[number] | 'circumstances' | 'exit_code'>

/** All jobs of a task, as they are compared. */
export async function listComparedJobs(db: Queries, task: string): Promise<ComparedJob[]> {
  return await db
    .selectFrom('jobs')
    .select([...DIGESTED, 'circumstances', 'exit_code'])
    .where('task', '=', task)
    .orderBy('path')
    .execute()
}

/** Jobs of a task by their paths. */
export async function listJobsAt(db: Queries, task: string, paths: string[]): Promise<ComparedJob[]> {
  return await db
    .selectFrom('jobs')
    .select([...DIGESTED, 'circumstances', 'exit_code'])
    .where('task', '=', task)
    .where('path', 'in', paths)
    .execute()
}

/** Jobs of a task that lack a digest, behind a path; some of them can have none. */
export async function listUndigested(db: Queries, task: string, after: string, limit: number): Promise<ComparedJob[]> {
  return await db
    .selectFrom('jobs')
    .select([...DIGESTED, 'circumstances', 'exit_code'])
    .where('task', '=', task)
    .where('path', '>', after)
    .where(either =>
      either.or([
        either('inputs_digest', 'is', null),
        either('plan_digest', 'is', null),
        either('outputs_digest', 'is', null),
      ]),
    )
    .orderBy('path')
    .limit(limit)
    .execute()
}

type Digests = Pick<JobRow, 'path' | 'inputs_digest' | 'plan_digest' | 'outputs_digest'>

/** Keeps digests of jobs of a task, in one statement. */
export async function setDigests(tx: Write, task: string, digests: Digests[]): Promise<void> {
  if (digests.length === 0) return
  const rows = digests.map(
    ({ path, inputs_digest, plan_digest, outputs_digest }) =>
      sql`(cast(${path} as text), cast(${inputs_digest} as text), cast(${plan_digest} as text), cast(${outputs_digest} as text))`,
  )
  await sql`
    update jobs set inputs_digest = given.column2, plan_digest = given.column3, outputs_digest = given.column4
    from (values ${sql.join(rows)}) as given
    where jobs.task = ${task} and jobs.path = given.column1`.execute(tx)
}

/**
 * Of each job of a task, or of a batch task's children, that ran: how often one like it ran in tasks of the project, and how many outputs
 * came of it.
 */
export async function listSameRuns(db: Queries, task: string, project: string) {
  const own = db
    .selectFrom('jobs')
    .innerJoin('tasks', 'tasks.id', 'jobs.task')
    .select(['jobs.path', 'jobs.inputs_digest', 'jobs.plan_digest'])
    .distinct()
    .where(either => either.or([either('tasks.id', '=', task), either('tasks.parent', '=', task)]))
    .as('own')
  const rows = await db
    .selectFrom(own)
    .innerJoin('jobs as run', join =>
      join.onRef('run.inputs_digest', '=', 'own.inputs_digest').onRef('run.plan_digest', '=', 'own.plan_digest'),
    )
    .innerJoin('tasks', 'tasks.id', 'run.task')
    .select('own.path')
    .select(of => [
      of.fn.countAll<number>().as('runs'),
      of.fn.count<number>('run.outputs_digest').distinct().as('outputs'),
    ])
    .where('tasks.project', '=', project)
    .where('run.status', '=', 'DONE')
    .where('run.reused_task', 'is', null)
    .groupBy(['own.path', 'own.inputs_digest', 'own.plan_digest'])
    .orderBy('own.path')
    .execute()
  return rows.map(({ path, runs, outputs }) => ({ path, runs: Number(runs), outputs: Number(outputs) }))
}

/** How many jobs two tasks have, and how many paths are in both. */
export async function countJobPairs(db: Queries, old: string, now: string) {
  const count = async (task: string) => {
    const query = db.selectFrom('jobs').select(of => of.fn.countAll<number>().as('total'))
    return Number((await query.where('task', '=', task).executeTakeFirstOrThrow()).total)
  }
  const paired = db
    .selectFrom('jobs as a')
    .innerJoin('jobs as b', 'b.path', 'a.path')
    .select(of => of.fn.countAll<number>().as('total'))
    .where('a.task', '=', old)
    .where('b.task', '=', now)
    .executeTakeFirstOrThrow()
  return { old: await count(old), now: await count(now), paired: Number((await paired).total) }
}

/** Jobs of two tasks with one path that are not certainly the same; the others have equal states and digests. */
export async function listUnequalJobs(
  db: Queries,
  old: string,
  now: string,
): Promise<{ old: ComparedJob; now: ComparedJob }[]> {
  const differs = (column: 'status' | 'inputs_digest' | 'plan_digest' | 'outputs_digest') =>
    sql<boolean>`${sql.ref(`a.${column}`)} is distinct from ${sql.ref(`b.${column}`)}`
  const unknown = sql<boolean>`a.inputs_digest is null or (a.outputs is not null and a.outputs_digest is null)`
  const rows = await db
    .selectFrom('jobs as a')
    .innerJoin('jobs as b', 'b.path', 'a.path')
    .select('a.path')
    .where('a.task', '=', old)
    .where('b.task', '=', now)
    .where(either =>
      either.or([
        differs('status'),
        differs('inputs_digest'),
        differs('plan_digest'),
        differs('outputs_digest'),
        unknown,
      ]),
    )
    .orderBy('a.path')
    .execute()
  const pairs: { old: ComparedJob; now: ComparedJob }[] = []
  for (let from = 0; from < rows.length; from += 500) {
    const paths = rows.slice(from, from + 500).map(row => row.path)
    const [before, after] = await Promise.all([listJobsAt(db, old, paths), listJobsAt(db, now, paths)])
    const counterparts = new Map(before.map(job => [job.path, job]))
    for (const job of after) pairs.push({ old: counterparts.get(job.path)!, now: job })
  }
  return pairs
}
