import { sql } from 'kysely'
import type { Queries, Write } from './index.ts'
import type { JobRow } from './schema.ts'

/**
 * Writes the rows in the place of those with the same task and path; gives by how much the cost of all grows. Written again, the same
 * rows change nothing: whoever does not know whether they were written may do so.
 */
export async function putJobs(tx: Write, task: string, rows: JobRow[]): Promise<number> {
  let growth = 0
  for (let from = 0; from < rows.length; from += 100) {
    const some = rows.slice(from, from + 100)
    const paths = some.map(row => row.path)
    const before = await tx
      .deleteFrom('jobs')
      .where('task', '=', task)
      .where('path', 'in', paths)
      .returning('cost')
      .execute()
    await tx.insertInto('jobs').values(some).execute()
    growth += totalOf(some) - totalOf(before)
  }
  return growth
}

function totalOf(rows: { cost: number }[]): number {
  return rows.reduce((sum, { cost }) => sum + cost, 0)
}

/** How many jobs a task has, and how long their command lines are together. */
export async function measureCommands(queries: Queries, task: string): Promise<{ count: number; bytes: number }> {
  const row = await queries
    .selectFrom('jobs')
    .select(of => [
      of.fn.countAll<number>().as('count'),
      sql<number | null>`sum(octet_length(command_line))`.as('bytes'),
    ])
    .where('task', '=', task)
    .where('status', '<>', 'SKIPPED')
    .executeTakeFirstOrThrow()
  return { count: Number(row.count), bytes: Number(row.bytes ?? 0) }
}

const LISTED = ['path', 'status', 'stdout', 'stderr', 'retried', 'started', 'ended'] as const

export type ListedJob = Pick<JobRow, (typeof LISTED)[number] | 'command_line'>

/** Every job of a task but those that were skipped, in the order in which they became ready; of a command line so many characters. */
export async function listJobs(queries: Queries, task: string, longest: number): Promise<ListedJob[]> {
  return await queries
    .selectFrom('jobs')
    .select(LISTED)
    .select(sql<string>`substr(command_line, 1, ${longest})`.as('command_line'))
    .where('task', '=', task)
    .where('status', '<>', 'SKIPPED')
    .orderBy('queued')
    .orderBy('path')
    .execute()
}

/** Files of a task that lie in no folder and say what they are: the saved logs of its jobs, in order. */
export async function listSavedLogs(queries: Queries, task: string): Promise<{ id: string; metadata: string }[]> {
  return await queries
    .selectFrom('files')
    .select(['id', 'metadata'])
    .where('origin_task', '=', task)
    .where('parent', 'is', null)
    .where('metadata', '!=', '{}')
    .orderBy('name')
    .execute()
}

const LABELLED = sql<string | null>`coalesce(labelled, outputs)`.as('outputs')

/** Outputs of the jobs of a task that have settled, with their labels, as JSON text by path; each distinct text is loaded once. */
export async function loadSettled(queries: Queries, task: string): Promise<Map<string, string>> {
  const jobs = await queries
    .selectFrom('jobs')
    .select(['path', LABELLED])
    .where('task', '=', task)
    .where('status', '=', 'DONE')
    .execute()
  const values = await queries
    .selectFrom('jobs')
    .innerJoin('stored_values', join =>
      join.on('stored_values.hash', '=', sql.raw('coalesce(jobs.labelled, jobs.outputs)')),
    )
    .select(['hash', 'json'])
    .distinct()
    .where('task', '=', task)
    .where('status', '=', 'DONE')
    .execute()
  const texts = new Map(values.map(row => [row.hash, row.json]))
  return new Map(jobs.map(job => [job.path, texts.get(job.outputs ?? '') ?? '{}']))
}

/** Why jobs of a task have failed, by path, the first one first. */
export async function loadFailed(queries: Queries, task: string): Promise<Map<string, string>> {
  const rows = await queries
    .selectFrom('jobs')
    .select(['path', 'message'])
    .where('task', '=', task)
    .where('status', '=', 'FAILED')
    .orderBy('ended')
    .orderBy('path')
    .execute()
  return new Map(rows.map(row => [row.path, row.message ?? '']))
}

/** Paths of jobs, after one of them, that have come to no end; at most `limit`. */
export async function openJobs(db: Queries, task: string, after: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('jobs')
    .select('path')
    .where('task', '=', task)
    .where('path', '>', after)
    .where('status', 'in', ['QUEUED', 'RUNNING'])
    .orderBy('path')
    .limit(limit)
    .execute()
  return rows.map(row => row.path)
}

/** Ends those of the jobs that have come to no end. */
export async function endSomeJobs(
  tx: Write,
  task: string,
  paths: string[],
  status: 'ABORTED' | 'FAILED',
  ended: number,
): Promise<void> {
  await tx
    .updateTable('jobs')
    .set({ status, ended })
    .where('task', '=', task)
    .where('path', 'in', paths)
    .where('status', 'in', ['QUEUED', 'RUNNING'])
    .execute()
}

/** Jobs that never came to an end get one, with their task. */
export async function endJobs(tx: Write, task: string, status: 'ABORTED' | 'FAILED', ended: number): Promise<void> {
  await tx
    .updateTable('jobs')
    .set({ status, ended })
    .where('task', '=', task)
    .where('status', 'in', ['QUEUED', 'RUNNING'])
    .execute()
}
