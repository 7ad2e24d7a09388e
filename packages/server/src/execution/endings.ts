import { endJobs } from '../database/jobs.ts'
import { type ActiveTask, moveTask } from '../database/task-states.ts'
import { listAttempts } from './attempts.ts'
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

/** False when the task was aborted in the meantime. */
export async function endFailed(context: WorkerContext, task: ActiveTask, error: unknown): Promise<boolean> {
  const fields = { message: readable(error), ended: Date.now() }
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
  await context.database.write(async tx => {
    await context.owner.check(tx, task.id)
    const ended = Date.now()
    await moveTask(tx, task.id, ['ABORTING'], 'ABORTED', { ended, message: 'Aborted.' })
    await endJobs(tx, task.id, 'ABORTED', ended)
    await endVerification(tx, task)
    await settleBatch(tx, task.parent)
  })
}
