import type { Write } from '../database/index.ts'
import { insertOperation } from '../database/operations.ts'
import type { ActiveTask } from '../database/task-states.ts'
import { newOperation } from '../operations/new-operation.ts'

/** A rerun that verifies its origin is compared with it when it ends, in the transaction of its end: nobody has to ask. */
export async function endVerification(tx: Write, task: ActiveTask): Promise<void> {
  if (task.verifies === 0 || task.origin === null) return
  const request = { task: task.id, other: task.origin }
  await insertOperation(tx, newOperation('tasks.compare', task.executed_by ?? task.created_by, request))
}
