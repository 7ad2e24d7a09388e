import { Budget, moreThan } from '../budget.ts'
import { evaluate, type Language } from '../expression/evaluate.ts'
import { measureJson } from '../expression/measure.ts'
import { shown } from '../expression/text.ts'
import { isFile, isRecord, nameOf, valueAt } from '../files.ts'
import { fractionsIn } from '../fractions.ts'
import type { FinishedJob } from '../host.ts'
import { decodeContents } from '../job/load.ts'
import { runtimeOf } from '../job/resources.ts'
import { parseJson as parseExactly } from '../json.ts'
import { LIMITS } from '../limits.ts'
import { fitOutput } from '../model/fit-value.ts'
import type { OutputBinding, OutputParameter, RecordField, Type } from '../model/process.ts'
import { MEANING } from '../model/version.ts'
import { inParts } from '../parts.ts'
import type { Directory, File, Value, Values } from '../values.ts'
import type { Collecting, Collector } from './collector.ts'
import { glob } from './glob.ts'
import { settle } from './settle.ts'
import { type Node, WorkTree } from './tree.ts'

/**
 * The output object of a job that succeeded: what `cwl.output.json` says if the job wrote one, else for each output what
 * its glob finds, as its `outputEval` changes it. Files of the work folder have a `path`, to be given a location by the
 * host; inputs that come out again have their location already. Collecting changes nothing and can be repeated.
 * @throws Error when an output does not fit its type, is missing, or leads out of the job
 */
export async function collectOutputs(job: Collecting, finished: FinishedJob): Promise<Values> {
  const { tool, plan, language } = job
  const tree = new WorkTree(finished.manifest, plan, job.files, language.budget)
  const runtime = runtimeOf(plan.resources, plan.work, plan.tmp)
  if (MEANING[tool.version].exitCode) runtime.exitCode = finished.exitCode
  const collector: Collector = { ...job, tree, finished, context: { inputs: plan.inputs, runtime } }
  const written = finished.manifest.some(entry => entry.path === 'cwl.output.json')
  const given = written ? await readOutputObject(finished, language) : undefined
  const outputs: Values = {}
  for (const output of tool.outputs) {
    const value = given ? valueAt(given, output.id) : await collectOne(output, collector)
    const settled = await settle(output, value, collector)
    outputs[output.id] = fitOutput(`output ${output.id}`, output.type, settled, tool, language.lenient)
  }
  return outputs
}

async function readOutputObject(
  finished: FinishedJob,
  { budget = new Budget(), fractions }: Language,
): Promise<Values> {
  const bytes = await finished.read('cwl.output.json', LIMITS.outputObject + 1)
  if (bytes.length > LIMITS.outputObject) throw new Error(`cwl.output.json is larger than ${LIMITS.outputObject} bytes`)
  const text = new TextDecoder().decode(bytes)
  const { outputValues } = budget.limits
  fractionsIn(text, fractions)
  const tooMuch = measureJson(text, { values: outputValues, depth: LIMITS.outputLists })
  if (tooMuch === 'values') throw new Error(`cwl.output.json has ${moreThan('outputValues', outputValues)}`)
  if (tooMuch === 'depth') throw new Error(`cwl.output.json is nested deeper than ${LIMITS.outputLists} levels`)
  const value = parseJson(text)
  if (!isRecord(value)) throw new Error('cwl.output.json must be a JSON object')
  return value
}

function parseJson(text: string): unknown {
  try {
    return parseExactly(text)
  } catch (error) {
    throw new Error(`cwl.output.json is not JSON: ${error instanceof Error ? error.message : error}`)
  }
}

async function collectOne(output: OutputParameter | RecordField, collector: Collector): Promise<Value> {
  if (output.outputBinding) return bound(output.outputBinding, output.type, output.id, collector)
  if (output.type.kind !== 'record') return null
  const record: { [id: string]: Value } = {}
  for (const field of output.type.fields) record[field.id] = await collectOne(field, collector)
  return record
}

async function bound(binding: OutputBinding, type: Type, id: string, collector: Collector): Promise<Value> {
  const { language, context, tool, tree } = collector
  const patterns = await Promise.all(binding.glob.map(pattern => evaluate(language, pattern, context)))
  const found: (File | Directory)[] = []
  for (const pattern of patterns.flat()) {
    if (typeof pattern !== 'string') throw new Error(`output ${id}: glob must give strings, not ${shown(pattern)}`)
    // what the engine put there itself is found by its name only
    const isFound = (node: Node) => node.path !== 'job.json' || pattern === 'job.json' || !MEANING[tool.version].jobFile
    const nodes = (await glob(tree, pattern)).filter(isFound)
    const entries = await inParts(nodes, async node => loaded(await tree.entryOf(node), binding, collector))
    for (const entry of entries) found.push(entry)
  }
  if (binding.outputEval === undefined) return asType(type, found, id, patterns.flat().join(', '))
  const self = binding.glob.length > 0 ? found : null
  return evaluate(language, binding.outputEval, { ...context, self })
}

async function loaded(
  entry: File | Directory,
  binding: OutputBinding,
  collector: Collector,
): Promise<File | Directory> {
  if (isFile(entry)) return binding.loadContents ? { ...entry, contents: await contentsOf(entry, collector) } : entry
  const { listing = [], ...bare } = entry
  if (binding.loadListing === 'deep_listing') return entry
  if (binding.loadListing !== 'shallow_listing') return entry.path === undefined ? entry : bare
  return { ...bare, listing: listing.map(item => (isFile(item) ? item : withoutListing(item))) }
}

function withoutListing(directory: Directory): Directory {
  const { listing: _, ...bare } = directory
  return bare
}

async function contentsOf(file: File, { tree, finished, files, tool, language }: Collector): Promise<string> {
  language.budget?.spend(Math.min(file.size ?? LIMITS.loadedContents, LIMITS.loadedContents), 1)
  const inside = file.path === undefined ? undefined : tree.inWork(file.path)
  const limit = LIMITS.loadedContents + 1
  if (inside !== undefined) return decodeContents(await finished.read(inside, limit), nameOf(file), tool.version)
  if (file.location === undefined) return file.contents ?? ''
  return decodeContents(await files.read(file.location, limit), nameOf(file), tool.version)
}

/** One found entry or a list of them, as the type wants it. */
function asType(type: Type, found: (File | Directory)[], id: string, patterns: string): Value {
  const members = type.kind === 'union' ? type.of : [type]
  const many = members.some(member => member.kind === 'array' || member.kind === 'Any')
  const single = members.some(member => member.kind === 'File' || member.kind === 'Directory')
  if (single && found.length === 1) return found[0]!
  if (many) return found
  if (found.length > 1) {
    throw new Error(`output ${id}: ${patterns} finds ${found.length} entries, and one is wanted`)
  }
  if (found.length === 0 && !members.some(member => member.kind === 'null') && single) {
    throw new Error(`output ${id}: the job left nothing that fits ${patterns}`)
  }
  return found[0] ?? null
}
