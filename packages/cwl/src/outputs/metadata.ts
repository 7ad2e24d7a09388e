import { evaluate } from '../expression/evaluate.ts'
import { entriesIn, isFile, isRecord, mapEntries, valueAt } from '../files.ts'
import type { OutputParameter } from '../model/process.ts'
import type { Value } from '../values.ts'
import type { Collector } from './collect.ts'

type Metadata = { [key: string]: Value }

/**
 * Metadata that an output's own keys give its files: of `sbg:inheritMetadataFrom` the keys that all files of that input have
 * with one value, over them what an expression set (`self[i].metadata`), and on top `sbg:metadata`, whose values may be
 * expressions; null takes a key away.
 */
export async function withMetadata(output: OutputParameter, value: Value, collector: Collector): Promise<Value> {
  const { 'sbg:inheritMetadataFrom': from, 'sbg:metadata': written } = output.extensions
  if (typeof from !== 'string' && !isRecord(written)) return value
  const { language, context } = collector
  const inherited = typeof from === 'string' ? common(valueAt(context.inputs, from.replace(/^#/, ''))) : {}
  return mapEntries(value, async entry => {
    if (!isFile(entry)) return entry
    const own = isRecord(written) ? Object.entries(written) : []
    language.budget?.spend(0, own.length + Object.keys(inherited).length)
    const set = own.map(
      async ([key, item]): Promise<[string, Value]> => [
        key,
        typeof item === 'string' ? await evaluate(language, item, { ...context, self: entry }) : item,
      ],
    )
    return { ...entry, metadata: { ...inherited, ...entry.metadata, ...Object.fromEntries(await Promise.all(set)) } }
  })
}

/** What all files of a value have in common. */
function common(value: Value): Metadata {
  const [first, ...others] = [...entriesIn(value)].filter(isFile).map(file => file.metadata ?? {})
  const isShared = ([key, item]: [string, Value]) =>
    others.every(other => Object.hasOwn(other, key) && JSON.stringify(other[key]) === JSON.stringify(item))
  return Object.fromEntries(Object.entries(first ?? {}).filter(isShared))
}
