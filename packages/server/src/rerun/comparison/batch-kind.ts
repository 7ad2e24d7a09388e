import { beginComparison, type ComparedPair, updateComparison } from '../../database/comparisons.ts'
import { insertOperation } from '../../database/operations.ts'
import type { OperationKind, Outcome } from '../../operations/kind.ts'
import { newOperation } from '../../operations/new-operation.ts'
import { childPairs } from './child-pairs.ts'
import { compareKind, keyOf } from './kind.ts'

/** Pairs whose comparison one transaction begins. */
const PAIRS = 200

/**
 * Compares two batch tasks that have ended: begins the comparison of each pair of children that nobody has asked for. It is READY when
 * all are begun; each is an operation of its own, and what they said is gathered where it is shown (pairs.ts).
 */
export const compareBatchKind: OperationKind<ComparedPair, { at: number }, null> = {
  name: 'tasks.compare_batch',
  lane: 'rows',
  items: () => 1,
  async step({ database: { read } }, { request, username, cursor }) {
    const at = cursor?.at ?? 0
    const pairs = await childPairs(read, request)
    return async (tx): Promise<Outcome<{ at: number }, null>> => {
      if (at === 0) await beginComparison(tx, keyOf(request))
      for (const { old, now } of pairs.slice(at, at + PAIRS)) {
        if (!old || !now) continue
        const children = { task: now.id, other: old.id }
        if (await beginComparison(tx, keyOf(children)))
          await insertOperation(tx, newOperation(compareKind.name, username, children))
      }
      if (at + PAIRS < pairs.length) return { cursor: { at: at + PAIRS } }
      await updateComparison(tx, keyOf(request), { state: 'READY', made: Date.now() })
      return { result: null }
    }
  },
  async failed(_, tx, { request }, error) {
    await updateComparison(tx, keyOf(request), { state: 'FAILED', message: error.message })
  },
}
