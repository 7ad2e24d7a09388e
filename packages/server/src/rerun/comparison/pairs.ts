import type { Caller, Context } from '../../context.ts'
import { listMade } from '../../database/comparisons.ts'
import type { ComparisonRow } from '../../database/schema.ts'
import { ApiError } from '../../errors.ts'
import { COMPARER_VERSION } from '../comparers/verdict.ts'
import { type ChildPair, childPairs } from './child-pairs.ts'
import { type Compared, keyOf, requestComparison, waitUntil } from './request.ts'

interface Judged {
  row: ComparisonRow
  pairs: ChildPair[]
  /** whether the comparison of a pair is there, or one of its sides is not */
  isMade(pair: ChildPair): boolean
  /** whether it reproduced, as far as it can be said: a group that one side lacks did not */
  verdict(pair: ChildPair): boolean | undefined
}

/** A comparison of two batch tasks is those of their children: begun by the first who asks, and there when all of them are. */
export async function renderPairs(context: Context, caller: Caller, { task, other }: Compared, base: string, wait = 0) {
  const address = `${base}/tasks/${task.id}/comparison`
  const look = () => judged(context, caller, { task, other })
  const { row, pairs, isMade, verdict } = await waitUntil(look, isOver, wait)
  const frame = { href: `${address}?with=${other.id}`, task: task.id, with: other.id }
  if (row.state === 'FAILED') return { ...frame, state: row.state, message: row.message }
  const verdicts = pairs.map(verdict)
  const found = verdicts.includes(false) ? false : verdicts.includes(undefined) ? undefined : true
  const done = pairs.filter(isMade).length
  const isReady = row.state === 'READY' && done === pairs.length
  return {
    ...frame,
    ...(isReady
      ? { state: 'READY' as const, ...(found === undefined ? {} : { reproduced: found }) }
      : { state: 'MAKING' as const, progress: { done, total: pairs.length } }),
    app: { same: task.app === other.app, old: other.app, new: task.app },
    pairs: { href: `${address}/pairs?with=${other.id}` },
  }
}

function isOver({ row, pairs, isMade }: Judged): boolean {
  return row.state === 'FAILED' || (row.state === 'READY' && pairs.every(isMade))
}

/** A page of the groups of either side, in the order of the newer. */
export async function comparePairs(
  context: Context,
  caller: Caller,
  tasks: Compared,
  page: { limit: number; offset: number },
  base: string,
) {
  const { pairs, verdict } = await judged(context, caller, tasks)
  const items = pairs.slice(page.offset, page.offset + page.limit).map(pair => {
    const { group, old, now } = pair
    const reproduced = verdict(pair)
    return {
      group,
      ...(now ? { task: now.id } : {}),
      ...(old ? { with: old.id } : {}),
      ...(reproduced === undefined ? {} : { reproduced }),
      ...(old && now ? { href: `${base}/tasks/${now.id}/comparison?with=${old.id}` } : {}),
    }
  })
  return { total: pairs.length, items }
}

async function judged(context: Context, caller: Caller, tasks: Compared): Promise<Judged> {
  const { read } = context.database
  if (tasks.task.batch !== 1) throw new ApiError(7022, 'Only a batch task has pairs.')
  const row = await requestComparison(context, caller, tasks)
  const pairs = await childPairs(read, keyOf(tasks))
  const made = new Map<string, boolean | undefined>()
  const ids = pairs.flatMap(({ now }) => (now ? [now.id] : []))
  for (let from = 0; from < ids.length; from += 500) {
    for (const { task, other, result } of await listMade(read, ids.slice(from, from + 500), COMPARER_VERSION)) {
      made.set(`${task} ${other}`, JSON.parse(result ?? '{}').reproduced)
    }
  }
  const nameOf = ({ old, now }: ChildPair) => `${now?.id} ${old?.id}`
  return {
    row,
    pairs,
    isMade: pair => !pair.old || !pair.now || made.has(nameOf(pair)),
    verdict: pair => (pair.old && pair.now ? made.get(nameOf(pair)) : false),
  }
}
