import type { Value, Values } from '@reprise/cwl'
import { contentOf, contentsIn, isContent } from '../domain/locations.ts'
import type { BatchGroup, ResolvedRecord } from '../domain/record.ts'

type Shared = Pick<ResolvedRecord, 'inputs' | 'seed' | 'time' | 'beside' | 'batch'>

/** What of a child's record is its own: its group of the inputs, and what its expressions draw from. */
export interface OwnRecord {
  inputs: Values
  seed: string
  time: number
  beside: NonNullable<ResolvedRecord['beside']>
}

/** @param parent id of the batch task; `now`: milliseconds, where the record has no time */
export function recordOfChild(
  { inputs: all, seed, time, beside = {}, batch }: Shared,
  parent: string,
  group: BatchGroup,
  now: number,
): OwnRecord {
  const input = batch?.input ?? ''
  const inputs = { ...all, [input]: pick(all[input], group) }
  const contents = contentsIn(inputs)
  const near = Object.entries(beside).filter(([location]) => isContent(location) && contents.has(contentOf(location)))
  return {
    inputs,
    seed: `${seed ?? parent}\n${group.value}`,
    time: time ?? now,
    beside: Object.fromEntries(near),
  }
}

/** What a group has of the batch input's value. */
export function pick(value: Value | undefined, { items, list }: BatchGroup): Value {
  const all = Array.isArray(value) ? value : [value ?? null]
  const picked = items.map(index => all[index] ?? null)
  return list ? picked : (picked[0] ?? null)
}
