import { parseJson } from '@reprise/cwl/json'

/**
 * Stored values by their hash, while they are in use: what is stored under a hash never changes, so what was read or written
 * once need not be read again. Bounded by the length of the texts and what is made of them; the longest unused
 * goes first.
 */
const MOST = 64 * 2 ** 20
/** A text longer than this is not kept: it would drive out everything else. */
const LONGEST = 2 * 2 ** 20

/** What a parsed value takes beside its text, by the length of that. */
const PARSED = 4

interface Entry {
  json: string
  /** what it counts for */
  size: number
  value?: unknown
}

const entries = new Map<string, Entry>()
let size = 0

export function cachedJson(hash: string): string | undefined {
  return use(hash)?.json
}

/** The value, parsed once: not to be changed by who gets it. */
export function cachedValue(hash: string): { value: unknown } | undefined {
  const entry = use(hash)
  if (!entry) return undefined
  if (!('value' in entry)) {
    entry.value = parseJson(entry.json)
    entry.size += PARSED * entry.json.length
    size += PARSED * entry.json.length
    trim()
  }
  return { value: entry.value }
}

export function keepJson(hash: string, json: string): void {
  if (json.length > LONGEST || entries.has(hash)) return
  entries.set(hash, { json, size: json.length })
  size += json.length
  trim()
}

function trim(): void {
  for (const [oldest, { size: freed }] of entries) {
    if (size <= MOST) return
    entries.delete(oldest)
    size -= freed
  }
}

function use(hash: string): Entry | undefined {
  const entry = entries.get(hash)
  if (!entry) return undefined
  entries.delete(hash)
  entries.set(hash, entry)
  return entry
}
