import type { Values } from '@reprise/cwl'
import type { Context } from '../context.ts'
import { findHashes } from '../database/contents.ts'
import type { Relative } from '../database/lineage.ts'
import { loadValues, sizesOf } from '../database/values.ts'
import { shapeOf } from '../digests/shape.ts'
import { contentsIn } from '../domain/locations.ts'
import type { StoredRecord } from '../domain/record.ts'

/** Bytes of the records that are held against each other for one answer. */
const MOST_BYTES = 64 * 2 ** 20

/**
 * What differs between each task and its origin as they were frozen: `app`, `inputs/<id>`, `batch`, `settings/<key>`. Only where both
 * have left DRAFT. An input that was set to its old value is none.
 */
export async function changesOf(
  { database: { read } }: Context,
  tasks: Relative[],
  known: ReadonlyMap<string, Relative>,
): Promise<Map<string, string[]>> {
  const changes = new Map<string, string[]>()
  const sizes = await sizesOf(
    read,
    tasks.flatMap(task => task.record ?? []),
  )
  let left = MOST_BYTES
  for (const task of tasks) {
    const origin = task.origin === null ? undefined : known.get(task.origin)
    if (!origin || task.record === null || origin.record === null) continue
    left -= (sizes.get(task.record) ?? 0) + (sizes.get(origin.record) ?? 0)
    if (left < 0) break
    const records = await loadValues(read, [task.record, origin.record])
    const [now, old] = [records.get(task.record), records.get(origin.record)] as StoredRecord[]
    const hashes = await findHashes(read, [...contentsIn(now!.inputs, contentsIn(old!.inputs))])
    changes.set(task.id, [
      ...(task.app === origin.app ? [] : ['app']),
      ...differing(old!.inputs, now!.inputs, hashes).map(id => `inputs/${id}`),
      ...(isBatchedAlike(task, origin) ? [] : ['batch']),
      ...settings(origin, task).map(key => `settings/${key}`),
    ])
  }
  return changes
}

function differing(old: Values, now: Values, hashes: Map<string, string | null>): string[] {
  const text = (values: Values, id: string) => JSON.stringify(shapeOf(values[id] ?? null, hashes) ?? values[id])
  return [...new Set([...Object.keys(now), ...Object.keys(old)])].filter(id => text(old, id) !== text(now, id))
}

function isBatchedAlike(a: Relative, b: Relative): boolean {
  return a.batch === b.batch && a.batch_input === b.batch_input && a.batch_by === b.batch_by
}

function settings(old: Relative, now: Relative): string[] {
  const all = ({ execution_settings, use_interruptible_instances }: Relative): { [key: string]: unknown } => ({
    ...JSON.parse(execution_settings),
    use_interruptible_instances,
  })
  const [before, after] = [all(old), all(now)]
  return [...new Set([...Object.keys(after), ...Object.keys(before)])].filter(
    key => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  )
}
