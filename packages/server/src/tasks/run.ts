import type { Caller, Context } from '../context.ts'
import { abortChildren } from '../database/batches.ts'
import { holdingFirst } from '../database/hold-first.ts'
import type { TaskRow } from '../database/schema.ts'
import { moveTask } from '../database/task-states.ts'
import { ApiError } from '../errors.ts'
import { taskFor } from './find.ts'
import type { RunOptions } from './resolve.ts'
import { submitTask } from './submit.ts'

/**
 * Submits a draft. Throws ApiError 7007 for a task that is none, 7024 when its inputs are not valid; the draft's `errors`
 * then say why.
 */
export async function runTask(context: Context, caller: Caller, id: string, options: RunOptions): Promise<TaskRow> {
  const { task, errors } = await holdingFirst(context.database, async tx => {
    const draft = await taskFor(tx, caller, 'tasks.run', id)
    if (draft.status !== 'DRAFT') throw new ApiError(7007, `The task is ${draft.status}; clone it for a new draft.`)
    return submitTask(tx, context, caller, draft, options)
  })
  if (errors.length > 0)
    throw new ApiError(
      7024,
      errors
        .slice(0, 10)
        .map(error => error.message)
        .join(' '),
    )
  context.worker.send({ type: 'queued', task: task.id })
  return task
}

/** Stops a task that is on its way, a batch task with its children. The worker ends their jobs. */
export async function abortTask(context: Context, caller: Caller, id: string): Promise<TaskRow> {
  const task = await context.database.write(async tx => {
    const before = await taskFor(tx, caller, 'tasks.abort', id)
    const message = 'Aborting'
    const moved = await moveTask(tx, before.id, ['CREATING', 'QUEUED', 'RUNNING'], 'ABORTING', { message })
    if (!moved) throw new ApiError(7011, `The task is ${before.status}.`)
    return { ...before, message, status: 'ABORTING' as const }
  })
  if (task.batch === 1) while (await context.database.write(abortChildren));
  context.worker.send({ type: 'abort', task: task.id })
  return task
}
