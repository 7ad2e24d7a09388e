import { resolveUri } from '../document/fetch.ts'
import type { Library } from '../document/library.ts'
import { copyMarks, isMap, placeOf, type Tree, type TreeMap, uriOf } from '../document/tree.ts'
import type { Problem } from '../problem.ts'
import type { Value } from '../values.ts'
import { nearest } from './names.ts'
import type { CwlVersion, Type } from './process.ts'

/** What reading one process of a document needs to know of its surroundings. */
export interface Scope {
  library: Library
  /** of the document that the process is in */
  uri: string
  version: CwlVersion
  namespaces: { [prefix: string]: string }
  /** types of SchemaDefRequirement by name, those of enclosing workflows too */
  types: Map<string, TypeDefinition>
  problems: Problem[]
  /** URIs of the processes that this one is run by, outermost first */
  running: string[]
}

export interface TypeDefinition {
  tree: TreeMap
  /** set while the definition is being read, to stop at a type that contains itself */
  reading: boolean
  type?: Type
}

export function report(
  scope: Scope,
  message: string,
  node?: Tree,
  key?: string,
  severity: Problem['severity'] = 'error',
) {
  const place = placeOf(node, key)
  scope.problems.push({ message, severity, ...(key === undefined ? {} : { field: key }), ...place })
}

export function warn(scope: Scope, message: string, node?: Tree, key?: string): void {
  report(scope, message, node, key, 'warning')
}

/** The text at `key`; anything else there is a problem. */
export function text(scope: Scope, map: TreeMap, key: string): string | undefined {
  const value = map[key]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  report(scope, `${key} must be a string, not ${kindOf(value)}`, map, key)
  return undefined
}

/** A text, or a list of texts joined by line ends, as `doc` may be. */
export function prose(map: TreeMap, key: string): string | undefined {
  const value = map[key]
  if (Array.isArray(value)) return value.map(String).join('\n')
  return value === undefined || value === null ? undefined : String(value)
}

export function flag(scope: Scope, map: TreeMap, key: string): boolean {
  return optionalFlag(scope, map, key) ?? false
}

export function optionalFlag(scope: Scope, map: TreeMap, key: string): boolean | undefined {
  const value = map[key]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'boolean') return value
  report(scope, `${key} must be true or false, not ${kindOf(value)}`, map, key)
  return undefined
}

/** One of `allowed`, or undefined. */
export function choice<T extends string>(
  scope: Scope,
  map: TreeMap,
  key: string,
  allowed: readonly T[],
): T | undefined {
  const value = map[key]
  if (value === undefined || value === null) return undefined
  const found = allowed.find(name => name === value)
  if (!found)
    report(scope, `${key} must be one of ${allowed.join(', ')}${suggestion(String(value), allowed)}`, map, key)
  return found
}

export function asList(value: Tree | undefined): Tree[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]
}

/** A string or a list of strings, as a list. */
export function texts(scope: Scope, map: TreeMap, key: string): string[] {
  return asList(map[key]).flatMap(item => {
    if (typeof item === 'string') return [item]
    if (typeof item === 'number' || typeof item === 'boolean') return [String(item)]
    report(scope, `${key} must be a string or a list of strings`, map, key)
    return []
  })
}

/**
 * A list of maps that may be written as a map from identifier to entry (SALAD, identifier maps): in the result each has
 * its identifier under `idKey`, and an entry that is no map under `valueKey`.
 */
export function entries(scope: Scope, map: TreeMap, key: string, idKey: string, valueKey?: string): TreeMap[] {
  const value = map[key]
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) {
    return value.flatMap(item => {
      if (isMap(item)) return [item]
      report(scope, `an entry of ${key} must be a map, not ${kindOf(item)}`, value)
      return []
    })
  }
  if (!isMap(value)) {
    report(scope, `${key} must be a list or a map, not ${kindOf(value)}`, map, key)
    return []
  }
  return Object.entries(value).flatMap(([id, item]) => {
    if (isMap(item)) return [copyMarks(item, { ...item, [idKey]: id })]
    if (valueKey !== undefined) return [copyMarks(value, { [idKey]: id, [valueKey]: item }, id)]
    if (item === null) return [copyMarks(value, { [idKey]: id }, id)]
    report(scope, `${id} must be a map, not ${kindOf(item)}`, value, id)
    return []
  })
}

/** Warns about fields that the specification does not know; keys of other namespaces are left alone. */
export function checkFields(scope: Scope, map: TreeMap, known: ReadonlySet<string>, what: string): void {
  for (const key of Object.keys(map)) {
    if (known.has(key) || key.includes(':') || key.startsWith('$')) continue
    warn(scope, `${what} has no field ${key}${suggestion(key, known)}`, map, key)
  }
}

function suggestion(name: string, names: Iterable<string>): string {
  const near = nearest(name, names)
  return near ? `; is ${near} meant?` : ''
}

/** Keys of other namespaces, as they are written. */
export function extensionsOf(map: TreeMap): { [key: string]: Value } {
  return Object.fromEntries(Object.entries(map).filter(([key]) => isExtension(key))) as {
    [key: string]: Value
  }
}

/** True for a key of another namespace, such as `sbg:fileTypes`. */
export function isExtension(key: string): boolean {
  return /^[^:/$]+:[^/]/.test(key)
}

/** `edam:format_2330` → `http://edamontology.org/format_2330`; other references are relative to the document. */
export function expandName(scope: Scope, name: string): string {
  const colon = name.indexOf(':')
  const namespace = colon > 0 ? scope.namespaces[name.slice(0, colon)] : undefined
  if (namespace !== undefined) return namespace + name.slice(colon + 1)
  return name.includes(':') ? name : resolveUri(name, scope.uri)
}

/** The URI that references inside `node` are relative to: of the document it was imported from. */
export function baseOf(scope: Scope, node: object): string {
  return uriOf(node) ?? scope.uri
}

export function kindOf(value: Tree | undefined): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return isMap(value) ? 'a map' : `${JSON.stringify(value)}`
}
