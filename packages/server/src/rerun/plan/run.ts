import type { Caller, Context } from '../../context.ts'
import { findPlan } from '../../database/plans.ts'
import type { TaskRow } from '../../database/schema.ts'
import { taskFor } from '../../tasks/find.ts'
import type { RunOptions } from '../../tasks/resolve.ts'
import { runTask } from '../../tasks/run.ts'
import { otherThanPlanned } from '../../tasks/submit.ts'
import { isStale } from './stale.ts'

/** Submits a draft if it would run what the plan said, and nothing else. Throws ApiError as `runTask` does, and 90007. */
export async function runAsPlanned(
  context: Context,
  caller: Caller,
  id: string,
  plan: string,
  options: RunOptions,
): Promise<TaskRow> {
  const { read } = context.database
  const task = await taskFor(read, caller, 'tasks.run', id)
  const row = task.status === 'DRAFT' ? await findPlan(read, plan, task.id, caller.username) : undefined
  const isAsPlanned = row?.state === 'READY' && row.draft === 1 && !(await isStale(read, row, task.project))
  if (task.status === 'DRAFT' && !isAsPlanned) throw otherThanPlanned()
  return await runTask(context, caller, id, { ...options, fingerprint: row?.fingerprint })
}
