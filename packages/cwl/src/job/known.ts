import { type Entry, entriesIn } from '../files.ts'
import type { Value } from '../values.ts'

/** Files and Directories that a value holds, at every depth. */
export interface Known {
  locations: ReadonlySet<string | undefined>
  /** the last of each path */
  byPath: ReadonlyMap<string | undefined, Entry>
  /** the first of each location */
  byLocation: ReadonlyMap<string | undefined, Entry>
}

const found = new WeakMap<object, Known>()

/** Made once for each value: many expressions are held against the same inputs, which nobody changes. */
export function knownIn(value: Value): Known {
  const known = typeof value === 'object' && value !== null ? found.get(value) : undefined
  if (known) return known
  const byPath = new Map<string | undefined, Entry>()
  const byLocation = new Map<string | undefined, Entry>()
  for (const entry of entriesIn(value, true)) {
    byPath.set(entry.path, entry)
    if (!byLocation.has(entry.location)) byLocation.set(entry.location, entry)
  }
  const made = { locations: new Set(byLocation.keys()), byPath, byLocation }
  if (typeof value === 'object' && value !== null) found.set(value, made)
  return made
}
