import { evaluate } from '../expression/evaluate.ts'
import { shown } from '../expression/text.ts'
import {
  type Entry,
  isDirectory,
  isEntry,
  isFile,
  isRecord,
  nameOf,
  splitName,
  unescaped,
  unlocated,
} from '../files.ts'
import { knownIn } from '../job/known.ts'
import { isRequired, wantedBy } from '../job/secondary.ts'
import { memberFor } from '../model/check.ts'
import type { OutputParameter, RecordField, Type } from '../model/process.ts'
import { inParts } from '../parts.ts'
import type { File, Value } from '../values.ts'
import type { Collector } from './collector.ts'
import type { Node } from './tree.ts'

type Output = OutputParameter | RecordField

/**
 * Makes every File and Directory of an output value one that really exists: in the work folder, among the job's inputs, or
 * a literal. Then adds the declared secondary files and format. What an expression or `cwl.output.json` made up beyond
 * that is refused.
 */
export function settle(output: Output, value: Value, collector: Collector): Promise<Value> {
  return settleTyped(output.type, value, output, collector)
}

async function settleTyped(type: Type, value: Value, output: Output, collector: Collector): Promise<Value> {
  if (isEntry(value)) return settleEntry(value, output, collector)
  const member = memberFor(type, value)
  if (Array.isArray(value)) {
    const items: Type = member.kind === 'array' ? member.items : { kind: 'Any' }
    return inParts(value, item => settleTyped(items, item, output, collector))
  }
  if (!isRecord(value)) return value
  const fields = new Map(member.kind === 'record' ? member.fields.map(field => [field.id, field]) : [])
  const settled = inParts(Object.entries(value), async ([key, item]): Promise<[string, Value]> => {
    const field = fields.get(key)
    return [key, await settleTyped(field?.type ?? { kind: 'Any' }, item, field ?? output, collector)]
  })
  return Object.fromEntries(await settled)
}

async function settleEntry(entry: Entry, output: Output, collector: Collector): Promise<Entry> {
  const node = await find(entry, collector)
  const settled = await existing(entry, node, collector)
  if (isDirectory(settled)) return settled
  const format = await formatOf(output, settled, collector)
  const secondaryFiles = await secondaries(settled, node, output, collector)
  return { ...settled, ...(format ? { format } : {}), ...(secondaryFiles.length > 0 ? { secondaryFiles } : {}) }
}

/** What the entry names in the work folder. */
async function find(entry: Entry, { tree }: Collector): Promise<Node | undefined> {
  const path = entry.path ?? pathIn(entry.location)
  return path === undefined ? undefined : tree.at(path)
}

/** A location that a job wrote itself is a path, absolute or relative to the work folder. */
function pathIn(location: string | undefined): string | undefined {
  if (location?.startsWith('file:///')) return unescaped(location.slice('file://'.length))
  return location === undefined || /^[a-z][a-z0-9+.-]*:/i.test(location) ? undefined : unescaped(location)
}

/** The entry with what is true of it (where it is, its size) in place of what was said. */
async function existing(entry: Entry, node: Node | undefined, collector: Collector): Promise<Entry> {
  const real = node ? await collector.tree.lastingOf(node) : given(entry, collector)
  if (!real) return literal(entry, collector)
  if (real.class !== entry.class) throw new Error(`${nameOf(entry)} is a ${real.class}, not a ${entry.class}`)
  const basename = entry.basename ?? nameOf(real)
  if (basename.includes('/') || basename === '..' || basename === '.') {
    throw new Error(`${shown(basename)} can't be the basename of an output`)
  }
  if (!isFile(entry)) return { ...real, basename, ...(entry.metadata ? { metadata: entry.metadata } : {}) } as Entry
  const { path: _path, contents: _contents, secondaryFiles, ...said } = entry
  const others = secondaryFiles ? { secondaryFiles: await inside(secondaryFiles, collector) } : {}
  return { ...said, ...(real as File), basename, ...splitName(basename), ...others }
}

async function literal(entry: Entry, collector: Collector): Promise<Entry> {
  const basename = nameOf(entry)
  if (isDirectory(entry)) return { ...entry, basename, listing: await inside(entry.listing ?? [], collector) }
  const secondaryFiles = entry.secondaryFiles && (await inside(entry.secondaryFiles, collector))
  const size = Buffer.byteLength(entry.contents ?? '')
  return { ...entry, basename, ...splitName(basename), size, ...(secondaryFiles ? { secondaryFiles } : {}) }
}

function inside(entries: Entry[], collector: Collector): Promise<Entry[]> {
  return Promise.all(entries.map(async entry => existing(entry, await find(entry, collector), collector)))
}

/** An input that comes out again, without its path; undefined for a literal. */
function given(entry: Entry, { plan, tree }: Collector): Entry | undefined {
  const { location } = entry
  if (location === undefined && entry.path === undefined) {
    if (isFile(entry) ? entry.contents !== undefined : entry.listing !== undefined) return undefined
    throw new Error(`an output is ${unlocated(entry)}`)
  }
  const input = location === undefined ? undefined : knownIn(plan.inputs).byLocation.get(location)
  if (!input && !(location !== undefined && tree.isStaged(location))) {
    throw new Error(`the output ${entry.path ?? location} is neither in the work folder nor an input of the job`)
  }
  const { path: _, ...rest } = input ?? entry
  return rest
}

async function formatOf(output: Output, file: File, { language, context }: Collector): Promise<string | undefined> {
  const [written] = [output.format ?? []].flat()
  if (written === undefined) return undefined
  const format = await evaluate(language, written, { ...context, self: file })
  return typeof format === 'string' ? format : undefined
}

async function secondaries(file: File, node: Node | undefined, output: Output, collector: Collector): Promise<Entry[]> {
  const { language, context, tree } = collector
  const found = [...(file.secondaryFiles ?? [])]
  const names = new Set(found.map(nameOf))
  const seen = node ? ((await tree.entryOf(node)) as File) : file
  for (const { pattern, required } of output.secondaryFiles) {
    for (const { name, entry } of await wantedBy(language, pattern, seen, context.inputs)) {
      if (names.has(name)) continue
      const beside = await besides(seen, name, entry, collector)
      if (beside) {
        found.push(beside)
        names.add(nameOf(beside))
      } else if (await isRequired(language, required, seen, context.inputs, false)) {
        throw new Error(`output ${output.id}: the secondary file ${name} of ${file.basename} is missing`)
      }
    }
  }
  return found
}

/** What an expression brought along, or the entry called `name` beside the file. */
async function besides(
  file: File,
  name: string,
  said: Entry | undefined,
  collector: Collector,
): Promise<Entry | undefined> {
  if (said?.path === undefined && said?.location !== undefined) return existing(said, undefined, collector)
  const path = said?.path ?? (file.path && `${file.path.slice(0, file.path.lastIndexOf('/'))}/${name}`)
  const node = path === undefined ? undefined : await collector.tree.at(path)
  return node && { ...(await collector.tree.lastingOf(node)), basename: name }
}
