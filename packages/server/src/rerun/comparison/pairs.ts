import type { Context } from '../../context.ts'
import { listChildGroups } from '../../database/batches.ts'
import { listReady } from '../../database/comparisons.ts'
import type { TaskStatus } from '../../domain/task-states.ts'
import { ApiError } from '../../errors.ts'
import { COMPARER_VERSION } from '../comparers/verdict.ts'
import type { Compared } from './request.ts'

interface Child {
  id: string
  status: TaskStatus
}

interface Pair {
  group: { value: string; fields: { [criterion: string]: string } }
  old: Child | undefined
  now: Child | undefined
}

/** A comparison of two batch tasks is those of their children. */
export async function renderPairs(context: Context, { task, other }: Compared, base: string) {
  const address = `${base}/tasks/${task.id}/comparison`
  const { pairs, verdicts } = await judged(context, { task, other })
  const known = pairs.map(pair => verdicts(pair))
  const isKnown = known.every(verdict => verdict !== undefined)
  return {
    href: `${address}?with=${other.id}`,
    task: task.id,
    with: other.id,
    state: 'READY' as const,
    ...(known.includes(false) ? { reproduced: false } : isKnown ? { reproduced: true } : {}),
    app: { same: task.app === other.app, old: other.app, new: task.app },
    pairs: { href: `${address}/pairs?with=${other.id}` },
  }
}

/** A page of the groups of either side, in the order of the newer. */
export async function comparePairs(
  context: Context,
  tasks: Compared,
  page: { limit: number; offset: number },
  base: string,
) {
  const { pairs, verdicts } = await judged(context, tasks)
  const items = pairs.slice(page.offset, page.offset + page.limit).map(pair => {
    const { group, old, now } = pair
    const reproduced = verdicts(pair)
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

/** The pairs, and whether each reproduced, as far as it is known: a group that one side lacks did not. */
async function judged({ database: { read } }: Context, { task, other }: Compared) {
  if (task.batch !== 1) throw new ApiError(7022, 'Only a batch task has pairs.')
  const [old, now] = await Promise.all([listChildGroups(read, other.id), listChildGroups(read, task.id)])
  const pairs = pairUp(old, now)
  const ready = new Map<string, boolean | undefined>()
  const ids = pairs.flatMap(({ now }) => (now ? [now.id] : []))
  for (let from = 0; from < ids.length; from += 500) {
    for (const { task, other, result } of await listReady(read, ids.slice(from, from + 500), COMPARER_VERSION)) {
      ready.set(`${task} ${other}`, JSON.parse(result ?? '{}').reproduced)
    }
  }
  const verdicts = ({ old, now }: Pair) => (old && now ? ready.get(`${now.id} ${old.id}`) : false)
  return { pairs, verdicts }
}

function pairUp(old: (Child & { group: string })[], now: (Child & { group: string })[]): Pair[] {
  const waiting = Map.groupBy(old, ({ group }) => group)
  const pairs = now.map(child => ({
    group: JSON.parse(child.group),
    old: waiting.get(child.group)?.shift(),
    now: child,
  }))
  const left = [...waiting.values()]
    .flat()
    .map(child => ({ group: JSON.parse(child.group), old: child, now: undefined }))
  return [...pairs, ...left]
}
