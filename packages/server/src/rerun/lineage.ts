import type { Caller, Context } from '../context.ts'
import { listMade } from '../database/comparisons.ts'
import { findRelatives, type Relative } from '../database/lineage.ts'
import { isoTime } from '../time.ts'
import { changesOf } from './changes.ts'
import { COMPARER_VERSION } from './comparers/verdict.ts'

/** Tasks of a lineage that are shown, and steps up to the first ancestor that are taken. */
const MOST = 1000

/**
 * A task's origins and reruns, and theirs, from the first ancestor down, in the order of their creation. What the caller may
 * not read is only counted, and its reruns are shown without it.
 */
export async function lineageOf(context: Context, caller: Caller, task: Relative) {
  const { read } = context.database
  const first = await firstAncestor(context, caller, task)
  const found = new Map<string, Relative>(first.task ? [[first.task.id, first.task]] : [])
  const hidden = new Set<string>(first.hidden)
  let isTruncated = false
  for (let level = [first.task?.id ?? first.id]; level.length > 0 && !isTruncated; ) {
    const rows = await findRelatives(read, caller.username, { origins: level }, MOST + 1)
    for (const { isReadable, ...row } of rows) {
      // hidden ones count too: a long chain of them is not followed without end
      if (found.size + hidden.size >= MOST) isTruncated = true
      else if (isReadable) found.set(row.id, row)
      else hidden.add(row.id)
    }
    level = rows.map(row => row.id)
  }
  const tasks = [...found.values()].toSorted((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1))
  const [verdicts, changes] = await Promise.all([verdictsOf(context, tasks), changesOf(context, tasks, found)])
  const shown = tasks.map(row => ({
    id: row.id,
    name: row.name,
    status: row.status,
    created_by: row.created_by,
    created_time: isoTime(row.created),
    ...(row.origin === null || hidden.has(row.origin) ? {} : { origin: row.origin }),
    ...(changes.has(row.id) ? { changed: changes.get(row.id)! } : {}),
    ...(verdicts.get(row.id) === undefined ? {} : { reproduced: verdicts.get(row.id)! }),
  }))
  const deleted = first.task ? [] : [{ id: first.id, deleted: true as const }]
  return {
    root: first.task?.id ?? first.id,
    counts: { tasks: shown.length + deleted.length + hidden.size, hidden: hidden.size },
    tasks: [...deleted, ...shown],
    ...(isTruncated ? { truncated: true as const } : {}),
  }
}

/** The furthest that can be seen: behind it lies one that is hidden, or one that was deleted. */
async function firstAncestor({ database: { read } }: Context, caller: Caller, task: Relative) {
  let current = task
  for (let steps = 0; steps < MOST && current.origin !== null; steps++) {
    const [row] = await findRelatives(read, caller.username, { ids: [current.origin] }, 1)
    if (!row) return { id: current.origin, task: undefined, hidden: [] }
    if (!row.isReadable) return { id: current.id, task: current, hidden: [row.id] }
    current = row
  }
  return { id: current.id, task: current, hidden: [] }
}

/** Whether each reproduced its origin, where they were compared. */
async function verdictsOf(
  { database: { read } }: Context,
  tasks: Relative[],
): Promise<Map<string, boolean | undefined>> {
  const origins = new Map(tasks.map(task => [task.id, task.origin]))
  const verdicts = new Map<string, boolean | undefined>()
  const ids = [...origins.keys()]
  for (let from = 0; from < ids.length; from += 500) {
    for (const { task, other, result } of await listMade(read, ids.slice(from, from + 500), COMPARER_VERSION)) {
      if (origins.get(task) === other) verdicts.set(task, JSON.parse(result ?? '{}').reproduced)
    }
  }
  return verdicts
}
