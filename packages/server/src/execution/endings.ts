import { endJobs, endSomeJobs, openJobs } from '../database/jobs.ts'
import { type ActiveTask, moveTask } from '../database/task-states.ts'
import { listAttempts } from './attempts.ts'
import { discardPending } from './publish-ahead.ts'
import { settleBatch } from './settle-batch.ts'
import { workFolderOf } from './task-run.ts'
import { endVerification } from './verification.ts'
import type { WorkerContext } from './worker-context.ts'

/** Characters of a message that are kept: its beginning, which says what happened, and its end. */
const MESSAGE = 8000

function readable(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  if (message.length <= MESSAGE) return message
  return `${message.slice(0, MESSAGE / 2)} … ${message.slice(-MESSAGE / 2)}`
}

/** Jobs that are ended in one transaction. */
const JOBS = 500

/** What would be too much for the transaction that ends a task, before it: most of very many jobs, and outputs that nobody will see. */
async function endAhead(context: WorkerContext, task: string, ended: number): Promise<void> {
  const { database, owner } = context
  await discardPending(context, task)
  for (let after = ''; ; ) {
    const paths = await openJobs(database.read, task, after, JOBS)
    if (paths.length < JOBS) return
    await database.write(async tx => {
      await owner.check(tx, task)
      await endSomeJobs(tx, task, paths, 'ABORTED', ended)
    })
    after = paths.at(-1)!
  }
}

/** False when the task was aborted in the meantime. */
export async function endFailed(context: WorkerContext, task: ActiveTask, error: unknown): Promise<boolean> {
  const fields = { message: readable(error), ended: Date.now() }
  await endAhead(context, task.id, fields.ended)
  return await context.database.write(async tx => {
    await context.owner.check(tx, task.id)
    const moved = await moveTask(tx, task.id, ['CREATING', 'QUEUED', 'RUNNING'], 'FAILED', fields)
    if (!moved) return false
    await endJobs(tx, task.id, 'ABORTED', fields.ended)
    await endVerification(tx, task)
    await settleBatch(tx, task.parent)
    return true
  })
}

/** Ends the task's processes, then the task. */
export async function endAborted(context: WorkerContext, task: ActiveTask): Promise<void> {
  await context.dispatch.cancel(await listAttempts(workFolderOf(context, task.id)))
  const ended = Date.now()
  await endAhead(context, task.id, ended)
  await context.database.write(async tx => {
    await context.owner.check(tx, task.id)
    await moveTask(tx, task.id, ['ABORTING'], 'ABORTED', { ended, message: 'Aborted.' })
    await endJobs(tx, task.id, 'ABORTED', ended)
    await endVerification(tx, task)
    await settleBatch(tx, task.parent)
  })
}
