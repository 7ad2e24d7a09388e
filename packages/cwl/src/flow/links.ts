import { valueAt } from '../files.ts'
import type { Sink } from '../model/process.ts'
import type { Value, Values } from '../values.ts'

/**
 * The value that a step input or a workflow output gets from its sources: linkMerge, then pickValue.
 * CWL v1.2 Workflow §2.2.1 (linkMerge), §2.2.2 (pickValue)
 * @throws Error when pickValue finds no value, or too many
 */
export function gather(sink: Sink, values: Values): Value {
  const found = sink.source.map(source => valueAt(values, source))
  return pick(sink, merge(sink, found))
}

/** Entries of the list that a merge makes, counted before it is made. */
export function lengthOf(sink: Sink | undefined, values: Values): number {
  if (!sink || sink.source.length < 2) return sink?.source.length ?? 0
  if (sink.linkMerge !== 'merge_flattened') return sink.source.length
  return sink.source.reduce((sum, source) => {
    const value = valueAt(values, source)
    return sum + (Array.isArray(value) ? value.length : 1)
  }, 0)
}

function merge(sink: Sink, found: Value[]): Value {
  if (sink.linkMerge === 'merge_flattened') return found.flat()
  if (sink.linkMerge === 'merge_nested') return found
  if (sink.single || found.length === 1) return found[0] ?? null
  return found
}

function pick(sink: Sink, value: Value): Value {
  if (sink.pickValue === undefined) return value
  const candidates = Array.isArray(value) ? value : [value]
  const present = candidates.filter(candidate => candidate !== null)
  if (sink.pickValue === 'all_non_null') return present
  const names = sink.source.join(', ')
  if (present.length === 0) throw new Error(`pickValue ${sink.pickValue}: all of ${names} are null`)
  if (sink.pickValue === 'the_only_non_null' && present.length > 1) {
    throw new Error(`pickValue the_only_non_null: more than one of ${names} has a value`)
  }
  return present[0]!
}
