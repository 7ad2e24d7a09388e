/**
 * Selection of fields, `fields=` of a query: names to keep, names with `!` to drop, `_all`, and `outer.inner` for one key
 * of an object. With names to keep only those are kept; with none, the default set. Drops come last. `href` always stays,
 * because clients follow it. Names that there are not are ignored.
 */
export interface Fields {
  all: boolean
  keep: string[]
  drop: string[]
}

/** Of a query's `fields`, which may be repeated. */
export function parseFields(given: unknown): Fields {
  const words = (Array.isArray(given) ? given : [given])
    .flatMap(value => (typeof value === 'string' ? value.split(',') : []))
    .map(word => word.trim())
    .filter(word => word !== '' && word !== '!')
  return {
    all: words.includes('_all'),
    keep: words.filter(word => word !== '_all' && !word.startsWith('!')),
    drop: words.filter(word => word.startsWith('!')).map(word => word.slice(1)),
  }
}

export type Item = { [key: string]: unknown }

/** The top-level keys that a selection may show, of `item`'s default set (undefined: all of them). */
export function wants(fields: Fields, key: string, defaults?: readonly string[]): boolean {
  if (key === 'href') return true
  if (fields.drop.includes(key)) return false
  if (fields.all) return true
  if (fields.keep.length > 0) return fields.keep.some(name => name === key || name.startsWith(`${key}.`))
  return defaults === undefined || defaults.includes(key)
}

/** A copy of `item` with what is selected; `defaults` is the default set, undefined when that is all. */
export function select(fields: Fields, item: Item, defaults?: readonly string[]): Item {
  if (fields.drop.length === 0 && (fields.all || (fields.keep.length === 0 && defaults === undefined))) return item
  const selected: Item = {}
  for (const [key, value] of Object.entries(item)) {
    if (!wants(fields, key, defaults)) continue
    const kept = fields.all || fields.keep.includes(key) ? value : narrow(value, inner(fields.keep, key))
    selected[key] = without(kept, inner(fields.drop, key))
  }
  return selected
}

/** `outer.inner` → `inner`, of the names that begin with `outer.`. */
function inner(names: string[], outer: string): string[] {
  return names.filter(name => name.startsWith(`${outer}.`)).map(name => name.slice(outer.length + 1))
}

function isObject(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function narrow(value: unknown, names: string[]): unknown {
  if (names.length === 0 || !isObject(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([key]) => names.includes(key)))
}

function without(value: unknown, names: string[]): unknown {
  if (names.length === 0 || !isObject(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([key]) => !names.includes(key)))
}
