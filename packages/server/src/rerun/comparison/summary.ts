import type { Value, Values } from '@reprise/cwl'
import { findHashes } from '../../database/contents.ts'
import type { Queries } from '../../database/index.ts'
import type { TaskRow } from '../../database/schema.ts'
import { shapeOf } from '../../digests/shape.ts'
import { contentsIn } from '../../domain/locations.ts'
import type { ResolvedRecord } from '../../domain/record.ts'
import { briefOf } from './brief.ts'

export interface ComparedInput {
  id: string
  verdict: 'identical' | 'different' | 'missing'
  old?: unknown
  new?: unknown
}

export interface Changed {
  id: string
  old?: unknown
  new?: unknown
}

/** Inputs by what they are: content, names and values. */
export async function compareInputs(db: Queries, old: Values, now: Values): Promise<ComparedInput[]> {
  const hashes = await findHashes(db, [...contentsIn(now, contentsIn(old))])
  return [...new Set([...Object.keys(now), ...Object.keys(old)])].map(id => {
    const [before, after] = [old[id] ?? null, now[id] ?? null]
    const same = JSON.stringify(shape(before, hashes)) === JSON.stringify(shape(after, hashes))
    if (same) return { id, verdict: 'identical' }
    const sides = {
      ...(before === null ? {} : { old: briefOf(before, hashes) }),
      ...(after === null ? {} : { new: briefOf(after, hashes) }),
    }
    return { id, verdict: before === null || after === null ? 'missing' : 'different', ...sides }
  })
}

function shape(value: Value, hashes: Map<string, string | null>): unknown {
  return shapeOf(value, hashes) ?? value
}

/** Settings of a task that can be others in a rerun. */
export function compareSettings(old: TaskRow, now: TaskRow): Changed[] {
  return changes(settingsOf(old), settingsOf(now))
}

function settingsOf(task: TaskRow): { [id: string]: unknown } {
  return {
    ...JSON.parse(task.execution_settings),
    use_interruptible_instances: task.use_interruptible_instances === 1,
    ...(task.resources === null ? {} : { resources: JSON.parse(task.resources) }),
  }
}

export function compareImages(old: ResolvedRecord, now: ResolvedRecord) {
  return changes(old.images ?? {}, now.images ?? {}).map(({ id, ...sides }) => ({ name: id, ...sides }))
}

function changes(old: { [id: string]: unknown }, now: { [id: string]: unknown }): Changed[] {
  return [...new Set([...Object.keys(now), ...Object.keys(old)])]
    .filter(id => JSON.stringify(old[id]) !== JSON.stringify(now[id]))
    .map(id => ({ id, ...(id in old ? { old: old[id] } : {}), ...(id in now ? { new: now[id] } : {}) }))
}
