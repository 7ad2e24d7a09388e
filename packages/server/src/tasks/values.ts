import { bareId } from '@reprise/contract'
import type { InputParameter, SecondaryFile, Type, Value } from '@reprise/cwl'
import { exactNumber } from '@reprise/cwl/json'
import type { FileRow } from '../database/schema.ts'

/**
 * Fits a value that a client sent to the type that an app declares. Numbers and booleans may come as strings, a file as its
 * bare id, `Folder` for `Directory`. A File or Directory is a file of the task's project, named by its id and by nothing
 * else: paths of a machine, addresses and texts are refused, at every depth, and so are ids of other projects. A File may bring
 * secondary files along, and a Directory may be made of such files.
 */
export type Fit = { value: Value } | Misfit

/** Why a value does not fit; `file` when its form is right and the file is not. */
export interface Misfit {
  problem: string
  about: 'schema' | 'file'
}

/** Files and folders of the task's project, by id. */
export type Files = ReadonlyMap<string, FileRow>

export const FILE_ID = /^[0-9a-f]{24}$/

/** The value as it fits, by the exact form first; else what was expected. */
export function fit(type: Type, value: unknown, files: Files): Fit {
  const exact = attempt(type, value, files, false)
  if (!('problem' in exact) || exact.about === 'file') return exact
  const loose = attempt(type, value, files, true)
  return 'problem' in loose && loose.about === 'schema' ? exact : loose
}

function attempt(type: Type, value: unknown, files: Files, loose: boolean): Fit {
  switch (type.kind) {
    case 'null':
      return value === null || value === undefined ? { value: null } : wrong(type, value)
    case 'boolean':
      return asBoolean(type, value, loose)
    case 'int':
    case 'long':
    case 'float':
    case 'double':
      return asNumber({ kind: type.kind }, value, loose)
    case 'string':
      return typeof value === 'string' ? { value } : wrong(type, value)
    case 'enum':
      return asSymbol(type, value, loose)
    case 'File':
    case 'Directory':
      return loose || typeof value === 'object' ? asFile(type.kind, value, files) : wrong(type, value)
    case 'Any':
      return value === null || value === undefined ? wrong(type, value) : anything(value, files)
    case 'array':
      return Array.isArray(value) ? all(value, item => attempt(type.items, item, files, loose)) : wrong(type, value)
    case 'record':
      return asRecord(type, value, files, loose)
    case 'union':
      return asUnion(type, value, files, loose)
  }
}

function wrong(type: Type, value: unknown): Misfit {
  return { problem: `expected ${describe(type)}, got ${describeValue(value)}`, about: 'schema' }
}

/** In YAML and in scripts a symbol of digits is easily written as a number. */
function asSymbol(type: Type & { kind: 'enum' }, value: unknown, loose: boolean): Fit {
  const isText = typeof value === 'string' || (loose && (typeof value === 'number' || typeof value === 'boolean'))
  return isText && type.symbols.includes(String(value)) ? { value: String(value) } : wrong(type, value)
}

function asBoolean(type: Type, value: unknown, loose: boolean): Fit {
  if (typeof value === 'boolean') return { value }
  const word = loose && typeof value === 'string' ? value.toLowerCase() : ''
  return word === 'true' || word === 'false' ? { value: word === 'true' } : wrong(type, value)
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
const RANGE = { int: 2 ** 53, long: 2 ** 63, float: Number.POSITIVE_INFINITY, double: Number.POSITIVE_INFINITY }

function asNumber(type: { kind: keyof typeof RANGE }, value: unknown, loose: boolean): Fit {
  const number =
    loose && typeof value === 'string' && NUMBER.test(value.trim()) ? exactNumber(Number(value), value.trim()) : value
  const whole = type.kind === 'int' || type.kind === 'long'
  if (typeof number === 'bigint') {
    if (!whole) return { value: Number(number) }
    return type.kind === 'long' && BigInt.asIntN(64, number) === number ? { value: number } : wrong(type, value)
  }
  if (typeof number !== 'number' || !Number.isFinite(number)) return wrong(type, value)
  const range = RANGE[type.kind]
  return (whole && !Number.isInteger(number)) || number < -range || number >= range
    ? wrong(type, value)
    : { value: number }
}

function asFile(kind: 'File' | 'Directory', value: unknown, files: Files): Fit {
  if (typeof value === 'string') {
    return FILE_ID.test(bareId(value)) ? known(kind, bareId(value), files) : wrong({ kind }, value)
  }
  if (!isObject(value) || classOf(value) !== kind) return wrong({ kind }, value)
  const path = typeof value.path === 'string' ? bareId(value.path) : value.path
  if (kind === 'Directory' && path === undefined && Array.isArray(value.listing)) return asLiteral(value, files)
  if (typeof path !== 'string' || !FILE_ID.test(path)) {
    return { problem: `the path of a ${kind} must be the id of a file of the project`, about: 'file' }
  }
  const fitted = known(kind, path, files)
  if ('problem' in fitted || kind === 'Directory' || !Array.isArray(value.secondaryFiles)) return fitted
  const others = all(value.secondaryFiles, other => asEntry(other, files))
  if ('problem' in others) return { ...others, problem: `secondaryFiles${others.problem}` }
  const { secondaryFiles: _, ...file } = fitted.value as { [key: string]: Value }
  return (others.value as Value[]).length > 0 ? { value: { ...file, secondaryFiles: others.value } } : fitted
}

/** A Directory that is made of files and folders of the project. */
function asLiteral(value: { [key: string]: unknown }, files: Files): Fit {
  const listing = all(value.listing as unknown[], entry => asEntry(entry, files))
  if ('problem' in listing) return { ...listing, problem: `listing${listing.problem}` }
  const name = value.basename ?? value.name
  if (typeof name !== 'string' || name === '' || name === '.' || name === '..' || /[/\0]/.test(name)) {
    return { problem: 'a Directory with a listing needs a basename', about: 'schema' }
  }
  return { value: { class: 'Directory', basename: name, listing: listing.value } }
}

function asEntry(value: unknown, files: Files): Fit {
  const kind = isObject(value) ? classOf(value) : undefined
  return kind ? asFile(kind, value, files) : wrong({ kind: 'File' }, value)
}

function known(kind: 'File' | 'Directory', id: string, files: Files): Fit {
  const row = files.get(id)
  if (!row) return { problem: `there is no file ${id} in the project`, about: 'file' }
  const found = row.type === 'folder' ? 'Directory' : 'File'
  if (found !== kind) return { problem: `${id} is a ${found}, expected ${kind}`, about: 'schema' }
  return { value: { class: kind, path: id, name: row.name } }
}

/** `File` or `Directory` for an object of such a class, in any case; `Folder` is a Directory. */
export function classOf(value: { class?: unknown }): 'File' | 'Directory' | undefined {
  const name = typeof value.class === 'string' ? value.class.toLowerCase() : ''
  return name === 'file' ? 'File' : name === 'directory' || name === 'folder' ? 'Directory' : undefined
}

function anything(value: unknown, files: Files): Fit {
  if (value === null || typeof value !== 'object') return { value: value as Value }
  if (Array.isArray(value)) return all(value, item => anything(item, files))
  const kind = isObject(value) ? classOf(value) : undefined
  if (kind) return asFile(kind, value, files)
  return fields(Object.entries(value).map(([key, inner]) => [key, anything(inner, files)]))
}

function all(values: unknown[], one: (value: unknown) => Fit): Fit {
  const fitted: Value[] = []
  for (const [index, value] of values.entries()) {
    const result = one(value)
    if ('problem' in result) return { ...result, problem: `[${index}]: ${result.problem}` }
    fitted.push(result.value)
  }
  return { value: fitted }
}

function asRecord(type: Type & { kind: 'record' }, value: unknown, files: Files, loose: boolean): Fit {
  if (!isObject(value) || classOf(value)) return wrong(type, value)
  const names = new Set(type.fields.map(field => field.id))
  const unknown = Object.keys(value).find(key => !names.has(key))
  if (unknown !== undefined) return { problem: `the record has no field ${unknown}`, about: 'schema' }
  return fields(type.fields.map(field => [field.id, attempt(field.type, ownValue(value, field.id), files, loose)]))
}

function fields(results: [key: string, Fit][]): Fit {
  for (const [key, result] of results) {
    if ('problem' in result) return { ...result, problem: `${key}: ${result.problem}` }
  }
  return { value: Object.fromEntries(results.map(([key, result]) => [key, (result as { value: Value }).value])) }
}

function asUnion(type: Type & { kind: 'union' }, value: unknown, files: Files, loose: boolean): Fit {
  let aboutFile: Misfit | undefined
  for (const member of type.of) {
    const result = attempt(member, value, files, loose)
    if (!('problem' in result)) return result
    if (result.about === 'file') aboutFile ??= result
  }
  return aboutFile ?? wrong(type, value)
}

/** True when a port of this type may be left out. */
export function isOptional(parameter: InputParameter): boolean {
  const { type } = parameter
  const nullable = type.kind === 'null' || (type.kind === 'union' && type.of.some(member => member.kind === 'null'))
  return nullable || parameter.default !== undefined
}

function describe(type: Type): string {
  switch (type.kind) {
    case 'array':
      return `a list of ${describe(type.items)}`
    case 'enum':
      return `one of ${type.symbols.join(', ')}`
    case 'union':
      return type.of
        .filter(member => member.kind !== 'null')
        .map(describe)
        .join(' or ')
    default:
      return type.kind
  }
}

function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (isObject(value)) return classOf(value) ?? 'an object'
  if (typeof value === 'bigint') return `the number ${value}`
  return typeof value === 'string' ? `the string ${JSON.stringify(value.slice(0, 80))}` : `the ${typeof value} ${value}`
}

export function isObject(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function ownValue(object: { [key: string]: unknown }, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/** Every string of a value that may be the id of a file. */
export function possibleIds(value: unknown, found: Set<string> = new Set()): Set<string> {
  if (typeof value === 'string') {
    if (FILE_ID.test(bareId(value))) found.add(bareId(value))
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) possibleIds(inner, found)
  }
  return found
}

/**
 * A value that fits its type, with every File and Directory of it replaced by what `replace` makes of its id and of the
 * patterns for secondary files that hold at its place.
 */
export function mapFiles(
  type: Type,
  value: Value,
  patterns: SecondaryFile[],
  replace: (id: string, patterns: SecondaryFile[]) => Value,
): Value {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const items = memberOf(type, 'array')?.items ?? { kind: 'Any' }
    return value.map(item => mapFiles(items, item, patterns, replace))
  }
  const inside = (entries: Value) => (entries as Value[]).map(entry => mapFiles({ kind: 'Any' }, entry, [], replace))
  if (classOf(value) && 'path' in value) {
    const file = replace(String(value.path), patterns)
    const others = (value as { secondaryFiles?: Value }).secondaryFiles
    return others ? withSecondaries(file, inside(others)) : file
  }
  if (classOf(value)) return { ...value, listing: inside((value as { listing?: Value }).listing ?? []) } as Value
  const fields = memberOf(type, 'record')?.fields
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const field = fields?.find(({ id }) => id === key)
      return [key, mapFiles(field?.type ?? { kind: 'Any' }, inner, field?.secondaryFiles ?? [], replace)]
    }),
  )
}

/** Those that came with the file, behind those that belong to it by the patterns of its port. */
function withSecondaries(file: Value, given: Value[]): Value {
  if (!isObject(file)) return file
  const found = Array.isArray(file.secondaryFiles) ? (file.secondaryFiles as { [key: string]: Value }[]) : []
  const others = given.filter(other => !found.some(({ basename }) => isObject(other) && basename === other.basename))
  return { ...file, secondaryFiles: [...found, ...others] } as Value
}

/** The array or record type that a value of this type has. */
function memberOf<K extends Type['kind']>(type: Type, kind: K): (Type & { kind: K }) | undefined {
  const candidates = type.kind === 'union' ? type.of : [type]
  return candidates.find((member): member is Type & { kind: K } => member.kind === kind)
}
