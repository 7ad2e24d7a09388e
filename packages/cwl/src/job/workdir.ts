import { evaluate, interpolate, type Language } from '../expression/evaluate.ts'
import { locationsOf } from '../expression/locations.ts'
import type { Context } from '../expression/reference.ts'
import { floatText, jsonText, shown } from '../expression/text.ts'
import { type Entry, isDirectory, isEntry, isFile, isRecord, nameOf, splitName, withPath } from '../files.ts'
import type { Requirement } from '../model/process.ts'
import { isFileList, isFloat, typeOfText } from '../model/reference-type.ts'
import type { Value, Values } from '../values.ts'
import type { StageEntry } from './plan.ts'
import { recognise } from './recognise.ts'
import { stageEntry } from './stage.ts'

/** What InitialWorkDirRequirement puts into the work folder. */
export interface WorkDir {
  stage: StageEntry[]
  /** the files put there, with their new path, to be found again in the inputs */
  placed: Entry[]
}

interface Item {
  what: Entry | string
  name?: string
  writable: boolean
}

/**
 * Evaluates the listing of InitialWorkDirRequirement. An entry may be a File, a Directory, a list of them, nothing, a
 * text, or any other value, which is written as JSON. Names are relative to the work folder and may not lead out of it; in a
 * required container (`absolute`) a name may be a path of that container. CWL v1.2 §InitialWorkDirRequirement
 */
export async function workDir(
  requirement: Requirement,
  language: Language,
  context: Context,
  work: string,
  absolute = false,
): Promise<WorkDir> {
  const result: WorkDir = { stage: [], placed: [] }
  for (const item of await itemsOf(requirement.listing as Value, language, context)) {
    const name = item.name ?? (typeof item.what === 'string' ? '' : nameOf(item.what))
    const target = targetOf(name, work, absolute)
    language.budget?.spend(target.length + (typeof item.what === 'string' ? item.what.length : 0), 1)
    if (typeof item.what === 'string') {
      result.stage.push({ type: 'text', text: item.what, target, writable: item.writable })
      continue
    }
    checkInside(item.what)
    const placed = withPath(item.what, target)
    result.placed.push(placed)
    for (const entry of stageEntry(placed, item.writable)) result.stage.push(entry)
  }
  return result
}

async function itemsOf(listing: Value, language: Language, context: Context): Promise<Item[]> {
  if (typeof listing === 'string')
    return itemsIn(await known(await evaluate(language, listing, context), context), language, context)
  const lists = (Array.isArray(listing) ? listing : [listing]).map(async item => {
    if (typeof item === 'string')
      return itemsIn(await known(await evaluate(language, item, context), context), language, context)
    if (isRecord(item) && 'entry' in item) return dirent(item, language, context)
    return itemsIn(item, language, context)
  })
  return (await Promise.all(lists)).flat()
}

/** Values that stand for themselves, as an expression gives them. */
function itemsIn(value: Value, language: Language, context: Context): Item[] {
  if (value === null) return []
  if (Array.isArray(value)) return value.flatMap(item => itemsIn(item, language, context))
  if (isEntry(value)) return [{ what: value, writable: 'writable' in value && value.writable === true }]
  if (isRecord(value) && 'entry' in value) {
    const name = typeof value.entryname === 'string' ? value.entryname : undefined
    return contentItems(value.entry ?? null, name, value.writable === true, language, context)
  }
  throw new Error(`an entry of InitialWorkDirRequirement can't be ${shown(value)}`)
}

async function dirent(entry: { [key: string]: Value }, language: Language, context: Context): Promise<Item[]> {
  const value =
    typeof entry.entry === 'string' ? await interpolate(language, entry.entry, context) : (entry.entry ?? null)
  const name = typeof entry.entryname === 'string' ? await evaluate(language, entry.entryname, context) : undefined
  if (name !== undefined && typeof name !== 'string') throw new Error(`entryname must be a string, not ${shown(name)}`)
  const type = typeof entry.entry === 'string' ? typeOfText(entry.entry, context.types, language.escapes) : undefined
  if (isFloat(language, type, value))
    return contentItems(floatText(value as number), name, entry.writable === true, language, context)
  return contentItems(await known(value, context), name, entry.writable === true, language, context, isFileList(type))
}

function contentItems(
  value: Value,
  name: string | undefined,
  writable: boolean,
  { budget }: Language,
  context: Context,
  isFiles = false,
): Item[] {
  if (value === null) return []
  if (isEntry(value)) return [{ what: value, name, writable }]
  if (Array.isArray(value) && value.length > 0 && value.every(isEntry)) {
    if (name !== undefined && value.length > 1)
      return value.map(what => ({ what, name: `${name}/${nameOf(what)}`, writable }))
    return value.map(what => ({ what, name, writable }))
  }
  // a list of files that holds none
  if (Array.isArray(value) && value.length === 0 && (name === undefined || isFiles)) return []
  if (name === undefined) throw new Error('an entry of InitialWorkDirRequirement that is no File needs an entryname')
  if (typeof value === 'string') return [{ what: value, name, writable }]
  let length = 0
  const count = (characters: number): void => {
    length += characters
    budget?.assertText(length)
  }
  return [{ what: jsonText(locationsOf(context.inputs).show(value), count), name, writable }]
}

function known(value: Value, context: Context): Promise<Value> {
  return recognise(value, context.inputs)
}

function targetOf(name: string, work: string, absolute: boolean): string {
  const isAbsolute = name.startsWith('/')
  if (isAbsolute && !absolute) {
    throw new Error(`entryname ${name}: absolute paths can be used only in a required container`)
  }
  const segments = name.split('/').filter(part => part !== '' && part !== '.')
  if (segments.length === 0 || segments.includes('..')) {
    throw new Error(`entryname ${shown(name)} leads out of the work folder`)
  }
  if (name.includes('\0')) throw new Error(`entryname ${shown(name)} holds the character U+0000`)
  return `${isAbsolute ? '' : work}/${segments.join('/')}`
}

/** The names inside a Directory, and of secondary files: each is one name. */
function checkInside(entry: Entry): void {
  for (const inner of (isFile(entry) ? entry.secondaryFiles : entry.listing) ?? []) {
    const name = nameOf(inner)
    if (name === '.' || name === '..' || /[/\0]/.test(name)) {
      throw new Error(`${shown(name)} can't be the basename of a ${inner.class}`)
    }
    checkInside(inner)
  }
}

/** The inputs, with the path of each File and Directory that now lies in the work folder. */
export function withNewPaths(inputs: Values, placed: Entry[]): Values {
  const moved = new Map<string, string>()
  for (const entry of placed) collect(entry, moved)
  return Object.fromEntries(Object.entries(inputs).map(([id, value]) => [id, relocate(value, moved)]))
}

function collect(entry: Entry, moved: Map<string, string>): void {
  if (entry.location !== undefined && entry.path !== undefined) moved.set(entry.location, entry.path)
  for (const inner of (isFile(entry) ? entry.secondaryFiles : entry.listing) ?? []) collect(inner, moved)
}

function relocate(value: Value, moved: Map<string, string>): Value {
  if (Array.isArray(value)) return value.map(item => relocate(item, moved))
  if (!isRecord(value)) return value
  const copy = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, relocate(item, moved)]))
  if (!isEntry(copy) || copy.location === undefined || !moved.has(copy.location)) return copy
  const path = moved.get(copy.location)!
  const basename = path.slice(path.lastIndexOf('/') + 1)
  if (isDirectory(copy)) return { ...copy, path, basename }
  return { ...copy, path, basename, dirname: path.slice(0, path.lastIndexOf('/')), ...splitName(basename) }
}
