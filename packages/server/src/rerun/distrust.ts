import type { Caller, Context } from '../context.ts'
import { readableTasks } from '../database/lineage.ts'
import { jobsNamed, setDistrusted, takersOf } from '../database/reuse.ts'
import { findTask } from '../database/tasks.ts'
import { ApiError } from '../errors.ts'
import { may } from '../rights/authorise.ts'
import { taskFor } from '../tasks/find.ts'
import { isoTime } from '../time.ts'

/** Jobs of one call, and tasks that its answer names, at most. */
const JOBS = 100_000
const TAKERS = 10_000
/** Rows of one transaction. */
const ROWS = 500

/**
 * Marks the results of jobs as bad, or takes the mark back: from the next taking on they are never reused, or may be again. A job that
 * took its result stands for the one that ran, where the caller may mark that one; else it counts for this project alone. Gives who took the results. Throws ApiError 7002, 7001, or 90000 for a path that
 * no finished job has.
 */
export async function setTrust(
  context: Context,
  caller: Caller,
  id: string,
  how: 'distrust' | 'trust',
  { path, reason }: { path: string; reason?: string | undefined },
) {
  const { database } = context
  const task = await taskFor(database.read, caller, `tasks.${how}`, id)
  const jobs = await jobsNamed(database.read, task.id, path, JOBS)
  if (jobs.length === 0) throw new ApiError(90000, `no job of the task that is DONE has the path ${path}.`, 'path')
  const mark =
    how === 'trust'
      ? null
      : JSON.stringify({ by: caller.username, time: isoTime(Date.now()), ...(reason === undefined ? {} : { reason }) })
  const named = jobs.flatMap(job => [
    { task: task.id, path: job.path },
    ...(job.reused_task === null ? [] : [{ task: job.reused_task, path: job.reused_path! }]),
  ])
  const byTask = Map.groupBy(named, job => job.task)
  const takers: { task: string; path: string; project: string }[] = []
  for (const [owner, ofTask] of byTask) {
    const paths = ofTask.map(job => job.path)
    // a job of others is theirs to mark: what was taken of it is marked here, and counts for this project
    const isTheirs = owner !== task.id && !may('execute', await findTask(database.read, owner, caller.username))
    for (let from = 0; from < paths.length; from += ROWS) {
      const some = paths.slice(from, from + ROWS)
      if (!isTheirs) await database.write(tx => setDistrusted(tx, owner, some, mark))
      takers.push(...(await takersOf(database.read, owner, some, TAKERS)))
    }
  }
  const own = new Set(jobs.map(job => `${task.id} ${job.path}`))
  const others = takers.filter(job => !own.has(`${job.task} ${job.path}`))
  const readable = await readableTasks(database.read, caller.username, [...new Set(others.map(job => job.task))])
  const seen = others.filter(job => readable.has(job.task))
  return {
    jobs: jobs.length,
    taken_by: seen.slice(0, TAKERS).map(({ task, path }) => ({ task, path })),
    hidden: others.length - seen.length,
  }
}
