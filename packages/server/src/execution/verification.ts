import type { Write } from '../database/index.ts'
import { insertOperation } from '../database/operations.ts'
import type { TaskRow } from '../database/schema.ts'
import { newOperation } from '../operations/new-operation.ts'

export type Verifying = Pick<TaskRow, 'id' | 'batch' | 'verifies' | 'origin' | 'executed_by' | 'created_by'>

/** A rerun that verifies its origin is compared with it when it ends, in the transaction of its end: nobody has to ask. */
export async function endVerification(tx: Write, task: Verifying): Promise<void> {
  if (task.verifies === 0 || task.origin === null) return
  const kind = task.batch === 1 ? 'tasks.compare_batch' : 'tasks.compare'
  const request = { task: task.id, other: task.origin }
  await insertOperation(tx, newOperation(kind, task.executed_by ?? task.created_by, request))
}
