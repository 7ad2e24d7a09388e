import { type Entry, entriesIn, isDirectory, isFile, isRecord, nameOf } from '../files.ts'
import type { Value } from '../values.ts'
import type { StageEntry } from './plan.ts'

/** What has to be there for an entry that has a path: itself, what its listing holds, its secondary files beside it. */
export function stageEntry(entry: Entry, writable: boolean): StageEntry[] {
  const target = entry.path
  if (target === undefined) throw new Error(`${nameOf(entry)} has no path`)
  if (isDirectory(entry)) {
    if (entry.location !== undefined) return [{ type: 'directory', location: entry.location, target, writable }]
    const inside = (entry.listing ?? []).flatMap(item => stageEntry(item, writable))
    return [{ type: 'folder', target, writable }, ...inside]
  }
  const own: StageEntry =
    entry.location === undefined
      ? { type: 'text', text: entry.contents ?? '', target, writable }
      : { type: 'file', location: entry.location, target, writable }
  return [own, ...(entry.secondaryFiles ?? []).flatMap(other => stageEntry(other, writable))]
}

/**
 * Everything that the values of the inputs need, those in the work folder left out (they are staged already).
 * @throws Error when two different things would be put at one path
 */
export function stageInputs(inputs: Value, work: string): StageEntry[] {
  const stage: StageEntry[] = []
  for (const entry of outermost(inputs)) {
    if (entry.path?.startsWith(`${work}/`)) continue
    for (const item of stageEntry(entry, false)) if (!item.target.startsWith(`${work}/`)) stage.push(item)
  }
  return withoutRepeats(stage, inputs)
}

function outermost(value: Value): Entry[] {
  if (Array.isArray(value)) return value.flatMap(outermost)
  if (typeof value !== 'object' || value === null) return []
  const entry = value as Entry
  if (isFile(entry) || isDirectory(entry)) return [entry]
  return Object.values(value).flatMap(outermost)
}

/**
 * @param inputs with the paths that the job sees, to say whose entries clash
 * @throws Error when two different things would be put at one path
 */
export function withoutRepeats(stage: StageEntry[], inputs: Value): StageEntry[] {
  const byTarget = new Map<string, StageEntry>()
  for (const entry of stage) {
    const other = byTarget.get(entry.target)
    if (!other) byTarget.set(entry.target, entry)
    else if (sourceOf(other) !== sourceOf(entry)) throw clash(entry.target, inputs)
  }
  return [...byTarget.values()]
}

function clash(target: string, inputs: Value): Error {
  const ids = Object.entries(isRecord(inputs) ? inputs : {}).flatMap(([id, value]) => {
    const count = [...entriesIn(value, true)].filter(({ path }) => path === target).length
    return count === 0 ? [] : [count === 1 ? id : `${id} (${count} times)`]
  })
  const who = ids.length > 0 ? ` (${ids.length > 1 ? 'inputs' : 'input'} ${ids.join(' and ')})` : ''
  return new Error(`two different inputs would be at ${target}${who}: they have one name`)
}

function sourceOf(entry: StageEntry): string {
  if (entry.type === 'folder') return 'folder'
  return entry.type === 'text' ? `text ${entry.text}` : entry.location
}
