import { evaluate, type Language } from '../expression/evaluate.ts'
import { shown } from '../expression/text.ts'
import {
  type Entry,
  holdsEntry,
  isDirectory,
  isEntry,
  isFile,
  isRecord,
  nameOf,
  splitName,
  unlocated,
  valueAt,
  withPath,
} from '../files.ts'
import type { FileAccess } from '../host.ts'
import { memberFor } from '../model/check.ts'
import { fitInput } from '../model/fit-value.ts'
import { isFormat } from '../model/ontology.ts'
import type { InputParameter, LoadListing, Process, RecordField, SecondaryFile, Type } from '../model/process.ts'
import { MEANING } from '../model/version.ts'
import { inParts, pause } from '../parts.ts'
import type { File, Value, Values } from '../values.ts'
import { InputError } from './input-error.ts'
import { loadContents, loadListing } from './load.ts'
import { findSecondaryFiles } from './secondary.ts'

/** What reading the inputs of one process needs. */
export interface InputContext {
  language: Language
  files: FileAccess
  /** which listings a Directory without a choice of its own gets */
  listing: LoadListing
  /** gives every File and Directory its path in the job; without it (workflows) they have none */
  folder?: string
  formats?: { [format: string]: string[] }
  /**
   * declared secondary files may be looked for beside the file: for what a user gave. What another step left has them with
   * it or not at all. Defaults of the document are always looked beside.
   */
  discover: boolean
}

/** What the declaration around a File says about it. */
interface Traits {
  secondaryFiles: SecondaryFile[]
  format: string[]
  loadContents: boolean
  loadListing: LoadListing
}

/**
 * The input object of a process, as its expressions see it, in this order: defaults where nothing or null is given; types
 * checked; Files and Directories completed (names, size, path); formats checked; secondary files found; contents and
 * listings loaded. What is given beyond the declared inputs is left out. CWL v1.2 §4.1 (Defaults, execution)
 * @throws InputError with all inputs that do not fit
 */
export async function prepareInputs(process: Process, given: Values, context: InputContext): Promise<Values> {
  const values = withDefaults(process, given)
  const { budget } = context.language
  budget?.spendValue(values)
  const faults: string[] = []
  for (const { id, type } of process.inputs) {
    const fitted = fitInput(`input ${id}`, type, valueAt(values, id), process, context)
    if ('fault' in fitted) faults.push(fitted.fault)
    else values[id] = fitted.value
  }
  if (faults.length > 0) throw new InputError(faults.join('\n'))

  let count = 0
  const complete = async (entry: Entry, traits: Traits, id: string) => {
    const known = await completeEntry(entry, context.files).catch(error => {
      throw error instanceof InputError ? new InputError(`input ${id}: ${error.message}`) : error
    })
    const named = MEANING[process.version].metadata ? { ...known, metadata: known.metadata ?? {} } : known
    if (isFile(named)) await checkFormat(named, traits, values, context, id)
    return context.folder === undefined ? named : withPath(named, `${context.folder}/${count++}/${nameOf(named)}`)
  }
  const completed = await mapInputs(process, values, context, complete)
  const withSecondaries = await mapInputs(process, completed, context, async (entry, traits, id) => {
    if (!isFile(entry) || traits.secondaryFiles.length === 0) return entry
    const discover = context.discover || valueAt(given, id) === null
    const found = await findSecondaryFiles(entry, traits.secondaryFiles, completed, { ...context, discover }, id)
    return { ...entry, secondaryFiles: await inParts(found, other => completeBeside(other, entry, context)) }
  })
  return mapInputs(process, withSecondaries, context, async (entry, traits) =>
    isFile(entry)
      ? loadContents(entry, traits.loadContents, context.files, process.version, budget)
      : loadListing(entry, traits.loadListing, context.files, budget),
  )
}

function withDefaults(process: Process, given: Values): Values {
  return Object.fromEntries(
    process.inputs.map(input => {
      const value = valueAt(given, input.id)
      return [input.id, value === null && input.default !== undefined ? input.default : value]
    }),
  )
}

type Change = (entry: Entry, traits: Traits, id: string) => Promise<Entry>

async function mapInputs(process: Process, values: Values, context: InputContext, change: Change): Promise<Values> {
  const result: Values = {}
  for (const input of process.inputs) {
    const traits = traitsOf(input, context)
    const value = valueAt(values, input.id)
    // most values hold no file, and are not gone through
    if (!holdsEntry(value)) {
      result[input.id] = value
      continue
    }
    result[input.id] = await mapTyped(input.type, value, traits, context, (entry, inner) =>
      change(entry, inner, input.id),
    )
  }
  return result
}

function traitsOf(from: InputParameter | RecordField, context: InputContext): Traits {
  return { ...from, loadListing: from.loadListing ?? context.listing }
}

async function mapTyped(
  type: Type,
  value: Value,
  traits: Traits,
  context: InputContext,
  change: (entry: Entry, traits: Traits) => Promise<Entry>,
): Promise<Value> {
  if (isEntry(value)) return change(value, traits)
  const member = memberFor(type, value)
  if (Array.isArray(value)) {
    const items: Value[] = []
    const itemType: Type = member.kind === 'array' ? member.items : { kind: 'Any' }
    await pause(value.length)
    for (const item of value) items.push(await mapTyped(itemType, item, traits, context, change))
    return items
  }
  if (!isRecord(value)) return value
  const mapped: [key: string, value: Value][] = []
  for (const [key, item] of Object.entries(value)) {
    const field = member.kind === 'record' ? member.fields.find(candidate => candidate.id === key) : undefined
    const inner = field ? traitsOf(field, context) : traits
    mapped.push([key, await mapTyped(field?.type ?? { kind: 'Any' }, item, inner, context, change)])
  }
  return Object.fromEntries(mapped)
}

/** Names and size, also of what belongs to the entry. */
async function completeEntry(entry: Entry, files: FileAccess): Promise<Entry> {
  const basename = nameOf(entry)
  if (basename === '..' || basename === '.' || basename.includes('/')) {
    throw new InputError(`${shown(basename)} can't be the basename of a ${entry.class}`)
  }
  if (isDirectory(entry)) {
    const listing = entry.listing && (await inParts(entry.listing, item => completeEntry(item, files)))
    return { ...entry, basename, ...(listing ? { listing } : entry.location === undefined ? { listing: [] } : {}) }
  }
  if (entry.location === undefined && entry.contents === undefined) {
    throw new InputError(unlocated(entry))
  }
  const secondaryFiles =
    entry.secondaryFiles && (await inParts(entry.secondaryFiles, other => completeEntry(other, files)))
  return {
    ...entry,
    basename,
    ...splitName(basename),
    size: entry.size ?? (await sizeOf(entry, files)),
    ...(secondaryFiles ? { secondaryFiles } : {}),
  }
}

async function sizeOf(file: File, files: FileAccess): Promise<number> {
  if (file.location === undefined) return Buffer.byteLength(file.contents ?? '')
  try {
    return await files.size(file.location)
  } catch (error) {
    throw new InputError(`${file.location}: ${error instanceof Error ? error.message : error}`)
  }
}

async function completeBeside(other: Entry, primary: File, context: InputContext): Promise<Entry> {
  const complete = await completeEntry(other, context.files)
  return primary.dirname === undefined ? complete : withPath(complete, `${primary.dirname}/${nameOf(complete)}`)
}

async function checkFormat(file: File, traits: Traits, inputs: Values, context: InputContext, id: string) {
  if (traits.format.length === 0 || file.format === undefined) return
  const formats = await Promise.all(traits.format.map(format => evaluate(context.language, format, { inputs })))
  const allowed = formats.flat().filter(format => typeof format === 'string')
  if (allowed.some(wanted => isFormat(file.format ?? '', wanted, context.formats))) return
  throw new InputError(
    `input ${id}: the format of ${file.basename} is ${file.format}, and ${allowed.join(' or ')} is needed`,
  )
}
