import { shown } from './bytes/lines.ts'
import type { FirstDifference } from './verdict.ts'

/** A number, string or word as it is written. */
class Written {
  readonly source: string
  constructor(source: string) {
    this.source = source
  }
}

/** In objects and lists. */
type Value = Written | Value[] | { [key: string]: Value }

/** Where two JSON texts differ first, in the order of the old one; undefined where that can't be told. */
export function firstJsonDifference(old: string, now: string): { first: FirstDifference; why: string } | undefined {
  try {
    const found = find(parse(old), parse(now), [])
    if (!found) return undefined
    const [a, b] = [found.old, found.now].map(value => value && shown(Buffer.from(sourceOf(value))))
    const path = found.path.map(key => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
    return {
      first: { ...(a !== undefined && { old: a }), ...(b !== undefined && { new: b }) },
      why: path ? `the values differ at ${shown(Buffer.from(path))}` : 'the values differ',
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function parse(text: string): Value {
  return JSON.parse(text, (_key: string, value: unknown, context?: { source?: string }) =>
    context?.source === undefined ? value : new Written(context.source),
  )
}

interface Found {
  path: string[]
  old?: Value
  now?: Value
}

function find(old: Value | undefined, now: Value | undefined, path: string[]): Found | undefined {
  if (old instanceof Written && now instanceof Written)
    return old.source === now.source ? undefined : { path, old, now }
  const isPair = old && now && !(old instanceof Written) && !(now instanceof Written)
  if (!isPair || Array.isArray(old) !== Array.isArray(now)) return { path, old, now }
  const [a, b] = [new Map(Object.entries(old)), new Map(Object.entries(now))]
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    const found = find(a.get(key), b.get(key), [...path, key])
    if (found) return found
  }
  return undefined
}

function sourceOf(value: Value): string {
  if (value instanceof Written) return value.source
  return Array.isArray(value) ? '[…]' : '{…}'
}
