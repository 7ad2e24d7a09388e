import { tasks } from '@reprise/contract'
import type { Queries } from './index.ts'

/** How many tasks have each status, those with none too. */
export async function countTasks(queries: Queries): Promise<{ status: string; count: number }[]> {
  const rows = await queries
    .selectFrom('tasks')
    .select(({ fn }) => ['status', fn.countAll().as('count')])
    .groupBy('status')
    .execute()
  const counts = new Map<string, number>(rows.map(({ status, count }) => [status, Number(count)]))
  return tasks.TASK_STATUSES.map(status => ({ status, count: counts.get(status) ?? 0 }))
}

/** Jobs that run, of tasks that are on their way. */
export async function countJobsRunning(queries: Queries): Promise<number> {
  const { count } = await queries
    .selectFrom('tasks')
    .innerJoin('jobs', 'jobs.task', 'tasks.id')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('tasks.status', 'in', ['RUNNING', 'ABORTING'])
    .where('jobs.status', '=', 'RUNNING')
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Proves that the database answers. */
export async function ping(queries: Queries): Promise<void> {
  await queries.selectFrom('settings').select('key').limit(1).execute()
}
