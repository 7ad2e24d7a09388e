import type { File, Value, Values } from '@reprise/cwl'
import { isDirectory, isFile } from './outputs.ts'

export type Metadata = { [key: string]: string }

/** A file's own metadata as the platform keeps it: strings; null takes a key away. */
export function textMetadata(metadata: { [key: string]: Value }): Metadata {
  const entries = Object.entries(metadata).flatMap(([key, value]) => {
    if (value === null) return []
    return [[key, typeof value === 'string' ? value : JSON.stringify(value)] as const]
  })
  return Object.fromEntries(entries)
}

/** What outputs inherit: the keys that have the same value on every input file. */
export function inheritedMetadata(inputs: Values): Metadata {
  const [first, ...others] = filesOf(inputs).map(file => textMetadata(file.metadata ?? {}))
  if (!first) return {}
  return Object.fromEntries(Object.entries(first).filter(([key, value]) => others.every(other => other[key] === value)))
}

/** The files among values, at every depth; not their secondary files. */
function filesOf(value: Value): File[] {
  if (Array.isArray(value)) return value.flatMap(filesOf)
  if (isFile(value)) return [value]
  if (isDirectory(value)) return (value.listing ?? []).flatMap(filesOf)
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(filesOf) : []
}
