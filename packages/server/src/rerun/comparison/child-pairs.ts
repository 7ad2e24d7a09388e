import { listChildGroups } from '../../database/batches.ts'
import type { ComparedPair } from '../../database/comparisons.ts'
import type { Queries } from '../../database/index.ts'
import type { TaskStatus } from '../../domain/task-states.ts'

interface Child {
  id: string
  status: TaskStatus
}

/** A group of either side of two batch tasks, with its child on both; a side that has none is undefined. */
export interface ChildPair {
  group: { value: string; fields: { [criterion: string]: string } }
  old: Child | undefined
  now: Child | undefined
}

/** The children of two batch tasks by their group, in the order of the newer; of equal groups one after the other. */
export async function childPairs(read: Queries, { task, other }: ComparedPair): Promise<ChildPair[]> {
  const [old, now] = await Promise.all([listChildGroups(read, other), listChildGroups(read, task)])
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
