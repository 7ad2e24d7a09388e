/**
 * What each test of the suite gives, by a hash, in results.json: who changes it changes the meaning of results, and has to raise ENGINE
 * (packages/cwl/src/reuse/parts.ts), so that no job takes a result of before. `make pins` writes it anew, and refuses where the
 * number is the same and a result another one. Tests whose results differ from run to run are named there and not compared.
 */
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { ENGINE } from '../packages/cwl/src/reuse/parts.ts'

const FILE = fileURLToPath(new URL('results.json', import.meta.url))
const VARIES = 'varies'

interface Pinned {
  engine: number
  results: { [test: string]: string }
}

type Entry = { [key: string]: unknown }

/** A hash of outputs, wherever their files lie: names, bytes, and what is said of them. */
export async function hashOutputs(outputs: unknown): Promise<string> {
  return createHash('sha256')
    .update(JSON.stringify(await shapeOf(outputs)))
    .digest('hex')
    .slice(0, 24)
}

async function shapeOf(value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return await Promise.all(value.map(shapeOf))
  if (typeof value !== 'object' || value === null) return value
  const { location, path, dirname, listing, checksum, size, ...rest } = value as Entry
  const isFile = rest.class === 'File'
  if (!isFile && rest.class !== 'Directory') {
    return await Promise.all(Object.entries(value).map(async ([key, inner]) => [key, await shapeOf(inner)]))
  }
  const place = typeof location === 'string' ? fileURLToPath(location) : String(path)
  const bytes = isFile
    ? createHash('sha256')
        .update(await readFile(place))
        .digest('hex')
    : undefined
  const inside = Array.isArray(listing)
    ? listing.toSorted((a: Entry, b: Entry) => (String(a.basename) < String(b.basename) ? -1 : 1))
    : []
  const entries = Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return [await shapeOf(entries), bytes, await shapeOf(inside)]
}

/** What is to be done where results are others than those that are pinned; undefined where all is well. */
export async function comparePins(results: Map<string, string>): Promise<string | undefined> {
  const { engine, results: pinned } = await readPins()
  if (engine !== ENGINE) return `ENGINE is ${ENGINE}, and conformance/results.json is of ${engine}: run make pins.`
  const changed = changedResults(results, pinned)
  if (changed.length === 0) return undefined
  return `Results have changed: ${changed.join(', ')}. ${RAISE}`
}

const RAISE =
  'What ran before must not be taken for these: raise ENGINE in packages/cwl/src/reuse/parts.ts, then run make pins. Where only a test of the suite is new or other, take it out of conformance/results.json and run make pins.'

/** @param runs of the whole suite */
export async function writePins(runs: Map<string, string>[]): Promise<void> {
  const results: Pinned['results'] = {}
  for (const [id, result] of [...runs[0]!].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    results[id] = runs.every(run => run.get(id) === result) ? result : VARIES
  }
  const before = await readPins().catch(() => undefined)
  const changed = before?.engine === ENGINE ? changedResults(new Map(Object.entries(results)), before.results) : []
  if (changed.length > 0) throw new Error(`Results have changed: ${changed.join(', ')}. ${RAISE}`)
  await writeFile(FILE, `${JSON.stringify({ engine: ENGINE, results }, null, 1)}\n`)
}

function changedResults(results: Map<string, string>, pinned: Pinned['results']): string[] {
  return [...results].flatMap(([id, result]) => {
    const known = pinned[id]
    return known === undefined || known === VARIES || result === VARIES || known === result ? [] : [id]
  })
}

async function readPins(): Promise<Pinned> {
  return JSON.parse(await readFile(FILE, 'utf8'))
}
