import { isEntry, isFile, isRecord, nameOf, type Value } from '@reprise/cwl'
import { type Hashes, hashOf } from '../../digests/shape.ts'

/** Characters of a text, items of a list. */
const [TEXT, ITEMS] = [500, 20]

/** A value as a person is shown it: files by name, size and hash, and of what is long its beginning. */
export function briefOf(value: Value, hashes: Hashes, depth = 0): unknown {
  if (typeof value === 'string') return value.length > TEXT ? `${value.slice(0, TEXT)}…` : value
  if (typeof value !== 'object' || value === null) return value
  if (depth > 8) return '…'
  if (Array.isArray(value)) {
    const items = value.slice(0, ITEMS).map(item => briefOf(item, hashes, depth + 1))
    return value.length > ITEMS ? [...items, `… and ${value.length - ITEMS} more`] : items
  }
  if (isEntry(value)) {
    const sha256 = isFile(value) ? hashOf(value, hashes) : undefined
    const size = isFile(value) && value.size !== undefined ? { size: value.size } : {}
    return { class: value.class, name: nameOf(value), ...size, ...(sha256 === undefined ? {} : { sha256 }) }
  }
  if (!isRecord(value)) return value
  const entries = Object.entries(value)
  const shown = entries.slice(0, ITEMS).map(([key, item]) => [key, briefOf(item, hashes, depth + 1)])
  return Object.fromEntries(entries.length > ITEMS ? [...shown, ['…', `and ${entries.length - ITEMS} more`]] : shown)
}
