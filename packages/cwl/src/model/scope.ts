import { type Size, sizeOf } from '../budget.ts'
import { resolveUri } from '../document/fetch.ts'
import type { Library } from '../document/library.ts'
import { copyPositions, isMap, positionOf, type Tree, type TreeMap, uriOf } from '../document/tree.ts'
import { addProblem, type Problem } from '../problem.ts'
import { type Finding, RULES } from '../rules.ts'
import type { Value } from '../values.ts'
import { shortName } from './names.ts'
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
  /** how strings are read (version.ts); as CWL v1.x does when not given */
  expressions?: 'cwl' | 'draft-2'
  /** none of the platform's leniencies (leniencies.ts) */
  strict: boolean
  /** classes of the requirements and hints that are in force here, those of enclosing workflows too */
  features: ReadonlySet<string>
  /** what `inputs` has in expressions here; undefined where that depends on what inherits them */
  inputs?: ReadonlySet<string>
  /** the process is run by itself, so that no step gives its inputs a value */
  alone?: boolean
  /** what has been read so far, with all that is read again where it is named */
  work: Work
}

export interface TypeDefinition {
  tree: TreeMap
  /** set while the definition is being read, to stop at a type that contains itself */
  reading: boolean
  type?: Type
  /** with the types that it names */
  size?: Size
}

/** What a document becomes when everything that it names stands in the place of its name. */
export interface Work extends Size {
  /** documents whose own fields were checked */
  checked: WeakSet<object>
}

export function newWork(): Work {
  return { values: 0, bytes: 0, checked: new WeakSet() }
}

const [VALUES, BYTES] = [2_000_000, 64 * 2 ** 20]

const sizes = new WeakMap<object, Size>()

/** Counts what stands in the place of a name; false, and a problem, when the document becomes too large by it. */
export function embed(scope: Scope, tree: TreeMap, holder: Tree | undefined, key?: string): boolean {
  let size = sizes.get(tree)
  if (!size) {
    size = sizeOf(tree as Value, { values: VALUES, bytes: BYTES })
    sizes.set(tree, size)
  }
  return chargeSize(scope, size, holder, key)
}

export function chargeSize(scope: Scope, size: Size, holder: Tree | undefined, key?: string): boolean {
  const { work } = scope
  work.values += size.values
  work.bytes += size.bytes
  if (work.values <= VALUES && work.bytes <= BYTES) return true
  reportProblem(scope, RULES.tooLarge(VALUES, BYTES), holder, key)
  return false
}

export function reportProblem(scope: Scope, finding: Finding, node?: Tree, key?: string | number): void {
  addProblem(scope.problems, {
    ...finding,
    ...(typeof key === 'string' ? { field: key } : {}),
    ...positionOf(node, key),
  })
}

/** Reads what is only a hint: what is wrong with it can't be worse than a warning. */
export function asWarnings<T>(scope: Scope, read: (scope: Scope) => T): T {
  const problems: Problem[] = []
  const result = read({ ...scope, problems })
  for (const problem of problems) addProblem(scope.problems, { ...problem, severity: 'warning' })
  return result
}

// Readers take what fits and pass over the rest: what a map must hold is checked against the grammar (fields.ts).

/** The text at `key`. */
export function text(map: TreeMap, key: string): string | undefined {
  const value = map[key]
  return typeof value === 'string' ? value : undefined
}

/** What may be an expression: a text, or a number or truth value that stands for one. */
export function expression(map: TreeMap, key: string): string | undefined {
  const value = map[key]
  return isScalar(value) ? String(value) : undefined
}

function isScalar(value: Tree | undefined): boolean {
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value)
}

/** A text, or a list of texts joined by line ends, as `doc` may be. */
export function readProse(map: TreeMap, key: string): string | undefined {
  const value = map[key]
  if (Array.isArray(value)) return value.map(String).join('\n')
  return value === undefined || value === null ? undefined : String(value)
}

export function readFlag(map: TreeMap, key: string): boolean {
  return optionalFlag(map, key) ?? false
}

export function optionalFlag(map: TreeMap, key: string): boolean | undefined {
  const value = map[key]
  return typeof value === 'boolean' ? value : undefined
}

/** One of `allowed`, or undefined. */
export function choice<T extends string>(map: TreeMap, key: string, allowed: readonly T[]): T | undefined {
  return allowed.find(name => name === map[key])
}

export function asList(value: Tree | undefined): Tree[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]
}

/** Where the item of a list stands, or the lone one that was written without a list. */
export function itemPosition(map: TreeMap, key: string, index: number): [node: TreeMap | Tree[], key: string | number] {
  const list = map[key]
  return Array.isArray(list) ? [list, index] : [map, key]
}

/** A string or a list of strings, as a list. */
export function texts(map: TreeMap, key: string): string[] {
  return asList(map[key]).flatMap(item => (isScalar(item) ? [String(item)] : []))
}

/**
 * A list of maps that may be written as a map from identifier to entry (SALAD, identifier maps): in the result each has
 * its identifier under `idKey`, and an entry that is no map under `valueKey`.
 */
export function entries(scope: Scope, map: TreeMap, key: string, idKey: string, valueKey?: string): TreeMap[] {
  const value = map[key]
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      if (isMap(item)) return [item]
      reportProblem(scope, RULES.wrongKind(`an entry of ${key}`, 'a map', kindOf(item)), value, index)
      return []
    })
  }
  if (!isMap(value)) {
    reportProblem(scope, RULES.wrongKind(key, 'a list or a map', kindOf(value)), map, key)
    return []
  }
  return Object.entries(value).flatMap(([id, item]) => {
    if (isMap(item)) return [copyPositions(item, { ...item, [idKey]: id })]
    if (valueKey !== undefined) return [copyPositions(value, { [idKey]: id, [valueKey]: item }, id)]
    if (item === null) return [copyPositions(value, { [idKey]: id }, id)]
    reportProblem(scope, RULES.wrongKind(id, 'a map', kindOf(item)), value, id)
    return []
  })
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

/** Ids of a list or identifier map, for what needs them before its entries are read. */
export function idsIn(tree: Tree | undefined): Set<string> {
  if (isMap(tree)) return new Set(Object.keys(tree).map(shortName))
  return new Set(asList(tree).flatMap(item => (isMap(item) && typeof item.id === 'string' ? [shortName(item.id)] : [])))
}

/** Reports what has the id of another of its kind. */
export function checkUnique(scope: Scope, what: string, items: TreeMap[], idKey = 'id'): void {
  const seen = new Set<string>()
  for (const item of items) {
    const written = item[idKey]
    if (typeof written !== 'string') continue
    const id = shortName(written)
    if (seen.has(id)) reportProblem(scope, RULES.duplicateId(what, id), item)
    seen.add(id)
  }
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
