import { countChildren, findSettled } from '../database/batches.ts'
import type { Write } from '../database/index.ts'
import { moveTask } from '../database/task-states.ts'
import { endVerification } from './verification.ts'

/**
 * Ends a batch task when the last of its children has ended: COMPLETED when all of them are, FAILED when one is not, ABORTED
 * when it was told to stop. To be called in each transaction that ends a child, and when all children are made.
 */
export async function settleBatch(tx: Write, parent: string | null): Promise<void> {
  const found = parent === null ? undefined : await findSettled(tx, parent)
  if (parent === null || !found) return
  const ended = Date.now()
  if (found.status === 'ABORTING') {
    await moveTask(tx, parent, ['ABORTING'], 'ABORTED', { ended, message: 'Aborted.' })
    return
  }
  const { counts = {} } = (await countChildren(tx, [parent])).get(parent) ?? {}
  const [failed, aborted] = [counts.FAILED ?? 0, counts.ABORTED ?? 0]
  const said = [failed > 0 ? `${failed} failed` : '', aborted > 0 ? `${aborted} aborted` : ''].filter(each => each)
  const message = said.length > 0 ? `Of the children ${said.join(' and ')}.` : ''
  await moveTask(tx, parent, ['RUNNING'], said.length > 0 ? 'FAILED' : 'COMPLETED', { ended, message })
  await endVerification(tx, found)
}
