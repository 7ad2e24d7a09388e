import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { inParts } from './parts.ts'
import type { Directory, File, Value, Values } from './values.ts'

export type Entry = File | Directory

export function isFile(value: unknown): value is File {
  return isRecord(value) && value.class === 'File'
}

export function isDirectory(value: unknown): value is Directory {
  return isRecord(value) && value.class === 'Directory'
}

export function isEntry(value: unknown): value is Entry {
  return isFile(value) || isDirectory(value)
}

export function isRecord(value: unknown): value is { [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value of an input; a missing one is null. */
export function valueAt(values: Values, id: string): Value {
  return Object.hasOwn(values, id) ? (values[id] ?? null) : null
}

/** Every File and Directory in a value, outermost first; secondary files and listings are looked into only when `deep`. */
export function* entriesIn(value: Value | undefined, deep = false): Generator<Entry> {
  if (Array.isArray(value)) {
    for (const item of value) yield* entriesIn(item, deep)
  } else if (isEntry(value)) {
    yield value
    if (deep) yield* entriesIn(inner(value), true)
  } else if (isRecord(value)) {
    for (const item of Object.values(value)) yield* entriesIn(item, deep)
  }
}

function inner(entry: Entry): Value {
  return isFile(entry) ? (entry.secondaryFiles ?? []) : (entry.listing ?? [])
}

/** True when there is a File or Directory in the value, at any depth. */
export function holdsEntry(value: Value): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some(holdsEntry)
  return isEntry(value) || Object.values(value).some(holdsEntry)
}

/** A copy of the value with every outermost File and Directory replaced. */
export async function mapEntries(value: Value, change: (entry: Entry) => Promise<Entry>): Promise<Value> {
  if (Array.isArray(value)) return inParts(value, item => mapEntries(item, change))
  if (isEntry(value)) return change(value)
  if (!isRecord(value)) return value
  const pairs = inParts(Object.entries(value), async ([key, item]) => [key, await mapEntries(item, change)] as const)
  return Object.fromEntries(await pairs)
}

/** `name` without its last extension, and that extension with its dot. CWL v1.2 §File: a leading dot is no extension. */
export function splitName(basename: string): { nameroot: string; nameext: string } {
  const dot = basename.lastIndexOf('.')
  if (dot <= 0) return { nameroot: basename, nameext: '' }
  return { nameroot: basename.slice(0, dot), nameext: basename.slice(dot) }
}

/** Last part of a path or URI, without escapes. */
export function lastName(location: string): string {
  const path = location.replace(/\/+$/, '')
  const name = path.slice(path.lastIndexOf('/') + 1)
  return location.includes(':') ? unescaped(name) : name
}

/**
 * The path that a `file:` URI names. A `%` that begins no escape stands for itself.
 * @throws Error that names the URI
 */
export function pathOfUri(uri: string): string {
  try {
    return fileURLToPath(uri.replace(/%(?![0-9a-f]{2})/gi, '%25'))
  } catch (error) {
    throw new Error(`${uri} names no file: ${error instanceof Error ? error.message : error}`)
  }
}

/** The `file:` URI of an absolute path. */
export function uriOf(path: string): string {
  return `file://${path.split('/').map(encodeURIComponent).join('/')}`
}

/** A part of a URI with its escapes as what they stand for; a `%` that begins none stays. */
export function unescaped(text: string): string {
  if (!text.includes('%')) return text
  return text.replace(/(?:%[0-9a-f]{2})+/gi, escapes => {
    try {
      return decodeURIComponent(escapes)
    } catch {
      return escapes
    }
  })
}

/** The name that an entry has; one without any gets one made from what it holds, the same every time. */
export function nameOf(entry: Entry): string {
  if (entry.basename !== undefined && entry.basename !== '') return entry.basename
  if (entry.path !== undefined) return lastName(entry.path)
  if (entry.location !== undefined) return lastName(entry.location)
  return createHash('sha1').update(JSON.stringify(entry, withoutLocations)).digest('hex')
}

/** Where bytes lie is no part of what they are. */
function withoutLocations(key: string, value: unknown): unknown {
  return key === 'location' ? undefined : value
}

/** For messages: an entry that nobody can find. */
export function unlocated({ class: kind, basename }: Entry): string {
  const what = basename === undefined || basename === '' ? `a ${kind}` : `a ${kind} (${basename})`
  return `${what} without path, location or ${kind === 'File' ? 'contents' : 'listing'}`
}

/** `entry` at a path that a job sees, with the fields that follow from it; a File's secondary files beside it. */
export function withPath<T extends Entry>(entry: T, path: string): T {
  const slash = path.lastIndexOf('/')
  const basename = path.slice(slash + 1)
  if (isFile(entry)) {
    const folder = path.slice(0, slash)
    const secondaryFiles = entry.secondaryFiles?.map(other => withPath(other, `${folder}/${nameOf(other)}`))
    const placed: File = { ...entry, path, basename, dirname: folder, ...splitName(basename) }
    return { ...placed, ...(secondaryFiles ? { secondaryFiles } : {}) } as T
  }
  const listing = (entry as Directory).listing?.map(item => withPath(item, `${path}/${nameOf(item)}`))
  return { ...entry, path, basename, ...(listing ? { listing } : {}) }
}

/** Appends a secondary-file pattern: each `^` in front takes one extension off. CWL v1.2 §SecondaryFileSchema */
export function secondaryName(basename: string, pattern: string): string {
  let [root, suffix] = [basename, pattern]
  while (suffix.startsWith('^')) [root, suffix] = [splitName(root).nameroot, suffix.slice(1)]
  return root + suffix
}
