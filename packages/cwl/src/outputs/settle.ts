import { fileURLToPath } from 'node:url'
import { evaluate } from '../expression/evaluate.ts'
import { type Entry, isDirectory, isEntry, isFile, isRecord, nameOf, splitName } from '../files.ts'
import { isRequired, wantedBy } from '../job/secondary.ts'
import { memberFor } from '../model/check.ts'
import type { OutputParameter, RecordField, Type } from '../model/process.ts'
import type { Directory, File, Value } from '../values.ts'
import type { Collector } from './collect.ts'
import type { WorkTree } from './tree.ts'

/**
 * Makes every File and Directory of an output value one that really exists: in the work folder, among the job's inputs, or
 * a literal. Then adds the declared secondary files and format. What an expression or `cwl.output.json` made up beyond
 * that is refused.
 */
export async function settle(
  output: OutputParameter | RecordField,
  value: Value,
  collector: Collector,
): Promise<Value> {
  return withoutStagedPaths(await settleTyped(output.type, value, output, collector))
}

/** What has a location already is not taken from the work folder, wherever a link to it lies there. */
function withoutStagedPaths(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutStagedPaths)
  if (!isRecord(value)) return value
  const inside = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutStagedPaths(item)]))
  return isEntry(inside) && inside.location !== undefined ? withoutPath(inside) : inside
}

async function settleTyped(
  type: Type,
  value: Value,
  output: OutputParameter | RecordField,
  collector: Collector,
): Promise<Value> {
  if (isEntry(value)) return settleEntry(value, output, collector)
  const member = memberFor(type, value)
  if (Array.isArray(value)) {
    const items: Type = member.kind === 'array' ? member.items : { kind: 'Any' }
    return Promise.all(value.map(item => settleTyped(items, item, output, collector)))
  }
  if (!isRecord(value)) return value
  const result: { [key: string]: Value } = {}
  for (const [key, item] of Object.entries(value)) {
    const field = member.kind === 'record' ? member.fields.find(candidate => candidate.id === key) : undefined
    result[key] = await settleTyped(field?.type ?? { kind: 'Any' }, item, field ?? output, collector)
  }
  return result
}

async function settleEntry(entry: Entry, output: OutputParameter | RecordField, collector: Collector): Promise<Entry> {
  const settled = await existing(entry, collector)
  if (isDirectory(settled)) return settled
  const format = await formatOf(output, settled, collector)
  const secondaryFiles = await secondaries(settled, output, collector)
  return { ...settled, ...(format ? { format } : {}), ...(secondaryFiles.length > 0 ? { secondaryFiles } : {}) }
}

/** The entry with what is true of it (where it is, its size) in place of what was said. */
async function existing(entry: Entry, collector: Collector): Promise<Entry> {
  const real = await reality(entry, collector)
  if (!real) {
    if (isDirectory(entry)) {
      return { ...entry, basename: nameOf(entry), listing: await inside(entry.listing ?? [], collector) }
    }
    const basename = nameOf(entry)
    return { ...entry, basename, ...splitName(basename), size: Buffer.byteLength(entry.contents ?? '') }
  }
  const basename = entry.basename ?? nameOf(real)
  if (basename.includes('/') || basename === '..' || basename === '.') {
    throw new Error(`${JSON.stringify(basename)} can't be the basename of an output`)
  }
  if (isFile(real)) {
    const { contents: _, secondaryFiles, ...said } = entry as File
    const others = secondaryFiles ? { secondaryFiles: await inside(secondaryFiles, collector) } : {}
    const file = { ...said, ...real, basename, ...splitName(basename), ...others }
    if (entry.class !== 'File') throw new Error(`${basename} is a File, not a Directory`)
    return file
  }
  if (entry.class !== 'Directory') throw new Error(`${basename} is a Directory, not a File`)
  const { metadata } = entry as Directory
  return { ...real, basename, ...(metadata ? { metadata } : {}) }
}

function inside(entries: Entry[], collector: Collector): Promise<Entry[]> {
  return Promise.all(entries.map(entry => existing(entry, collector)))
}

/** What the entry stands for in the work folder or the inputs; undefined for a literal. */
async function reality(entry: Entry, { tree, plan }: Collector): Promise<Entry | undefined> {
  const isLiteral = isFile(entry) ? entry.contents !== undefined : entry.listing !== undefined
  const path = entry.path ?? pathIn(entry.location)
  if (path === undefined && entry.location === undefined) {
    if (isLiteral) return undefined
    throw new Error(`the output ${nameOf(entry)} has neither path nor location`)
  }
  if (path !== undefined) {
    const node = await tree.at(path)
    if (node) return tree.entryOf(node)
  }
  const input = entry.location === undefined ? undefined : findLocation(plan.inputs, entry.location)
  if (input) return withoutPath(input)
  if (await staged(entry.location, plan.stage)) return withoutPath(entry)
  throw new Error(`the output ${entry.path ?? entry.location} is neither in the work folder nor an input of the job`)
}

/** A location that a job wrote itself is a path, absolute or relative to the work folder. */
function pathIn(location: string | undefined): string | undefined {
  if (location === undefined) return undefined
  if (location.startsWith('file:///')) return fileURLToPath(location)
  return location.includes(':') && /^[a-z][a-z0-9+.-]*:/i.test(location) ? undefined : decodeURIComponent(location)
}

function findLocation(value: Value, location: string): Entry | undefined {
  if (Array.isArray(value)) {
    for (const item of value) {
      const found = findLocation(item, location)
      if (found) return found
    }
    return undefined
  }
  if (!isRecord(value)) return undefined
  if (isEntry(value) && value.location === location) return value
  return findLocation(Object.values(value), location)
}

async function staged(location: string | undefined, stage: Collector['plan']['stage']): Promise<boolean> {
  return location !== undefined && stage.some(entry => 'location' in entry && entry.location === location)
}

function withoutPath(entry: Entry): Entry {
  const { path: _, ...rest } = entry
  return rest
}

async function formatOf(output: OutputParameter | RecordField, file: File, { language, context }: Collector) {
  const [written] = typeof output.format === 'string' ? [output.format] : (output.format ?? [])
  if (written === undefined) return undefined
  const format = await evaluate(language, written, { ...context, self: file })
  return typeof format === 'string' ? format : undefined
}

async function secondaries(file: File, output: OutputParameter | RecordField, collector: Collector): Promise<Entry[]> {
  const found = [...(file.secondaryFiles ?? [])]
  for (const { pattern, required } of output.secondaryFiles) {
    for (const { name, entry } of await wantedBy(collector.language, pattern, file, collector.context.inputs)) {
      if (found.some(other => nameOf(other) === name)) continue
      const beside = await sibling(file, name, entry, collector.tree)
      if (beside) found.push(beside)
      else if (await isRequired(collector.language, required, file, collector.context.inputs, false)) {
        throw new Error(`output ${output.id}: the secondary file ${name} of ${file.basename} is missing`)
      }
    }
  }
  return found
}

async function sibling(file: File, name: string, entry: Entry | undefined, tree: WorkTree): Promise<Entry | undefined> {
  const wanted = entry?.path ?? (file.path && `${file.path.slice(0, file.path.lastIndexOf('/'))}/${name}`)
  const node = wanted === undefined ? undefined : await tree.at(wanted)
  if (!node) return undefined
  const found = await tree.entryOf(node)
  return { ...found, basename: name }
}
