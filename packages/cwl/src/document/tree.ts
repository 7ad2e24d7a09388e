import { pathOfUri } from '../files.ts'

/** A position in a document, as far as it is known. Lines and columns start at 1. */
export interface SourcePosition {
  file?: string
  line?: number
  column?: number
}

/**
 * A parsed document: plain JSON values. Where each map, list and entry stood is kept beside the values, by identity, so
 * that positions survive everything that passes the objects on.
 */
export type Tree = null | boolean | number | bigint | string | Tree[] | TreeMap
export interface TreeMap {
  [key: string]: Tree
}

interface Marks {
  uri: string
  self: number
  entries: Map<string | number, number>
  locate(offset: number): { line: number; column: number }
}

const marks = new WeakMap<object, Marks>()

export function recordPositions(
  node: object,
  uri: string,
  self: number,
  locate: Marks['locate'],
): Map<string | number, number> {
  const entries = new Map<string | number, number>()
  marks.set(node, { uri, self, entries, locate })
  return entries
}

/** URI of the document that a map or list was written in. */
export function uriOf(node: object): string | undefined {
  return marks.get(node)?.uri
}

/** Where `node`, or its entry `key`, was written. */
export function positionOf(node: Tree | undefined, key?: string | number): SourcePosition {
  const found = typeof node === 'object' && node !== null ? marks.get(node) : undefined
  if (!found) return {}
  const offset = (key === undefined ? undefined : found.entries.get(key)) ?? found.self
  return { file: displayName(found.uri), ...found.locate(offset) }
}

/**
 * Gives `copy` the position of `node`, or of its entry `key`, and returns it. Of a list whose items stand elsewhere in the
 * copy, `key` has for each of them the place that it had.
 */
export function copyPositions<T extends object>(node: object, copy: T, key?: string | number[]): T {
  const found = marks.get(node)
  if (!found) return copy
  const { self, entries } = found
  if (Array.isArray(key)) {
    marks.set(copy, { ...found, entries: new Map(key.map((old, index) => [index, entries.get(old) ?? self])) })
    return copy
  }
  // an entry that is made a map of its own has no places inside
  marks.set(copy, key === undefined ? found : { ...found, self: entries.get(key) ?? self, entries: new Map() })
  return copy
}

/** How messages name a document: a path for a file, else its URI. */
export function displayName(uri: string): string {
  return uri.startsWith('file:') ? pathOfUri(uri) : uri
}

export function isMap(tree: unknown): tree is TreeMap {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree)
}

/** Sets an entry by any name, `__proto__` among them. */
export function setEntry(map: TreeMap, key: string, value: Tree): void {
  if (key === '__proto__')
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true })
  else map[key] = value
}
