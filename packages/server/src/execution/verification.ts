import { beginComparison } from '../database/comparisons.ts'
import type { Write } from '../database/index.ts'
import { insertOperation } from '../database/operations.ts'
import type { ActiveTask } from '../database/task-states.ts'
import { newOperation } from '../operations/new-operation.ts'
import { COMPARER_VERSION } from '../rerun/comparers/compare-bytes.ts'

/** A rerun that verifies its origin is compared with it when it ends, in the transaction of its end: nobody has to ask. */
export async function endVerification(tx: Write, task: ActiveTask): Promise<void> {
  if (task.verifies === 0 || task.origin === null) return
  const key = { task: task.id, other: task.origin, version: COMPARER_VERSION }
  if (!(await beginComparison(tx, key))) return
  await insertOperation(tx, newOperation('tasks.compare', task.executed_by ?? task.created_by, key))
}
