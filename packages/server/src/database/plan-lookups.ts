/** What a plan is explained by: earlier jobs of the same steps, and bytes that are there no more. */
import { sql } from 'kysely'
import type { Queries } from './index.ts'

/** Contents among these of which the bytes were let go. */
export async function goneContents(db: Queries, ids: string[]): Promise<Map<string, true>> {
  const rows = await db
    .selectFrom('contents')
    .select('id')
    .where('id', 'in', ids)
    .where('gone', 'is not', null)
    .execute()
  return new Map(rows.map(({ id }) => [id, true]))
}

/** The newest tasks of an app in a project, any revision, of which jobs have keys. */
export async function recentTasks(db: Queries, project: string, app: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('tasks')
    .select('id')
    .where('project', '=', project)
    .where(sql<string>`substr(app, 1, ${sql.lit(app.length + 1)})`, '=', `${app}/`)
    .where('status', 'not in', ['DRAFT', 'CREATING', 'QUEUED'])
    .where('batch', '=', 0)
    .where(either =>
      either.exists(
        either
          .selectFrom('jobs')
          .select('path')
          .whereRef('jobs.task', '=', 'tasks.id')
          .where('jobs.key', 'is not', null),
      ),
    )
    .orderBy('created', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

const EARLIER = ['task', 'path', 'status', 'key', 'reused_task', 'ended'] as const

/** Jobs of these tasks with these paths. */
export async function jobsAt(db: Queries, tasks: string[], paths: string[]) {
  return await db.selectFrom('jobs').select(EARLIER).where('task', 'in', tasks).where('path', 'in', paths).execute()
}

export type EarlierJob = Awaited<ReturnType<typeof jobsAt>>[number]

/** Jobs of a task that ran themselves, have a key and are about those of the step of a path, whatever their indices; the last to end first. */
export async function jobsOfStep(db: Queries, task: string, path: string, limit: number): Promise<EarlierJob[]> {
  const pattern = path.replace(/[\\%_]/g, '\\$&').replace(/\[\d+\]/g, '[%]')
  return await db
    .selectFrom('jobs')
    .select(EARLIER)
    .where('task', '=', task)
    .where(sql<boolean>`path like ${pattern} escape '\\'`)
    .where('reused_task', 'is', null)
    .where('key', 'is not', null)
    .orderBy('ended', 'desc')
    .limit(limit)
    .execute()
}

/** How long jobs of a task took, those that it took from others too. */
export async function durationsOf(db: Queries, task: string, limit: number) {
  return await db
    .selectFrom('jobs')
    .select(['path', 'started', 'ended', 'saved', 'cores'])
    .where('task', '=', task)
    .where('status', '=', sql.lit('DONE'))
    .where('ended', 'is not', null)
    .limit(limit)
    .execute()
}
