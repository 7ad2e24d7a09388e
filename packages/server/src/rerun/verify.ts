import type { Caller, Context } from '../context.ts'
import { isTerminal } from '../domain/task-states.ts'
import { ApiError } from '../errors.ts'
import type { AnswerBudget } from '../pacing/answer-budget.ts'
import { taskFor } from '../tasks/find.ts'
import { cloneTask } from './clone.ts'

/**
 * Runs a task again without reuse, whatever its settings say, to be compared with it when the new one ends. Throws ApiError 7002,
 * 7001, or 7007 for a task that has not ended.
 */
export async function verifyTask(context: Context, caller: Caller, id: string, room: AnswerBudget) {
  const task = await taskFor(context.database.read, caller, 'tasks.verify', id)
  if (!isTerminal(task.status))
    throw new ApiError(7007, `The task is ${task.status}: what has not ended can't be verified.`)
  return cloneTask(context, caller, id, true, room, { execution_settings: { use_memoization: false } }, true)
}
