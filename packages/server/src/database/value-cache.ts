import { parseJson } from '@reprise/cwl/json'
import { LRUCache } from 'lru-cache'

/** A text longer than this is not kept: it would drive out everything else. */
const LONGEST = 2 * 2 ** 20

/** What a parsed value takes beside its text, by the length of that. */
const PARSED = 4

interface Entry {
  json: string
  parsed?: { value: unknown }
}

/**
 * Stored values by their hash, while they are in use: what is stored under a hash never changes, so what was read or written
 * once need not be read again. Bounded by the length of the texts and what is made of them; the longest unused
 * goes first.
 */
const entries = new LRUCache<string, Entry>({
  maxSize: 64 * 2 ** 20,
  sizeCalculation: ({ json, parsed }) => (parsed ? 1 + PARSED : 1) * json.length,
})

export function cachedJson(hash: string): string | undefined {
  return entries.get(hash)?.json
}

/** The value, parsed once: not to be changed by who gets it. */
export function cachedValue(hash: string): { value: unknown } | undefined {
  const entry = entries.get(hash)
  if (!entry || entry.parsed) return entry?.parsed
  const parsed = { value: parseJson(entry.json) }
  entries.set(hash, { json: entry.json, parsed })
  return parsed
}

export function keepJson(hash: string, json: string): void {
  if (json.length > LONGEST || entries.has(hash)) return
  entries.set(hash, { json })
}
