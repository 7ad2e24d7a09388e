/**
 * Runs the CWL conformance suite: through `reprise run`, in this one process, or as tasks of a running server.
 *
 *   run.ts [--via command|process|server] [--order SEED,SEED] [--at-least N] [--only ID,ID] [--tags TAG,TAG]
 *          [--jobs N] [--isolation KIND] [--as VERSION] [--lenient] [--memoize] [--report FILE]
 *          [--pins compare|write]
 *
 * The suite is `cwl-v1.2` beside this repository's `../shared/conformance`, or the folder in CWL_CONFORMANCE. With orders
 * the tests run once for each seed, in the order that it gives; all orders must have the same results. With a version its
 * documents are said to be of that one; those that need a newer one then fail. A report is for table.ts. Documents are read as
 * the standard says, by a server and with `--lenient` as the platform does. With `--memoize`, by a server, jobs take the results of those
 * that ran before, in all orders: the results must be the same. Pins are what each test gave when the engine got its number (pins.ts).
 */
import { access, chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { compareOutputs } from './compare.ts'
import { shuffled } from './order.ts'
import { comparePins, hashOutputs, writePins } from './pins.ts'
import { type ConformanceTest, readSuite } from './suite.ts'
import type { Way, WayOptions } from './way.ts'

const ROOT = resolve(import.meta.dirname, '..')

const { values: options } = parseArgs({
  options: {
    via: { type: 'string', default: 'command' },
    order: { type: 'string' },
    'at-least': { type: 'string' },
    only: { type: 'string' },
    tags: { type: 'string' },
    jobs: { type: 'string', default: '4' },
    isolation: { type: 'string', default: 'auto' },
    as: { type: 'string' },
    lenient: { type: 'boolean', default: false },
    report: { type: 'string' },
    pins: { type: 'string' },
    memoize: { type: 'boolean', default: false },
  },
})

const ways: { [name: string]: (options: WayOptions) => Promise<Way> } = {
  command: async settings => (await import('./ways/command.ts')).byCommand(settings),
  process: async settings => (await import('./ways/process.ts')).byProcess(settings),
  server: async settings => (await import('./ways/server.ts')).byServer(settings),
}

/** What each test gave in the last order. */
const results = new Map<string, string>()

type Verdict = { kind: 'passed' } | { kind: 'failed' | 'unsupported'; reason: string }

async function verdictOf(way: Way, test: ConformanceTest): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-conformance-'))
  try {
    const ended = await way.run(test, folder)
    if (options.pins && ended.kind !== 'unsupported')
      results.set(test.id, ended.kind === 'done' ? await hashOutputs(ended.outputs) : ended.kind)
    if (ended.kind === 'unsupported') return ended
    if (test.shouldFail)
      return ended.kind === 'done' ? { kind: 'failed', reason: 'it should fail' } : { kind: 'passed' }
    if (ended.kind === 'failed') return ended
    const difference = await compareOutputs(test.output, ended.outputs)
    return difference ? { kind: 'failed', reason: difference } : { kind: 'passed' }
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function chosen(tests: ConformanceTest[]): ConformanceTest[] {
  const ids = options.only?.split(',')
  const tags = options.tags?.split(',')
  return tests.filter(test => (!ids || ids.includes(test.id)) && (!tags || tags.some(tag => test.tags.includes(tag))))
}

async function main(): Promise<number> {
  const open = ways[options.via]
  if (!open) throw new Error(`--via must be one of ${Object.keys(ways).join(', ')}, not ${options.via}`)
  const folder = process.env.CWL_CONFORMANCE ?? resolve(ROOT, '../shared/conformance/cwl-v1.2')
  const isThere = await access(join(folder, 'conformance_tests.yaml')).then(
    () => true,
    () => false,
  )
  if (!isThere) {
    console.log(`no conformance suite at ${folder}: set CWL_CONFORMANCE to its folder to run it`)
    return 0
  }
  const copy = await copySuite(folder)
  if (options.as) await sayVersion(copy, options.as)
  const way = await open({ isolation: options.isolation, lenient: options.lenient, memoize: options.memoize })
  try {
    const tests = chosen(await readSuite(join(copy, 'conformance_tests.yaml')))
    return await runOrders(way, tests)
  } finally {
    await way.close()
    await rm(copy, { recursive: true, force: true })
  }
}

/** Tests get a copy that they may change. Its `tmp1` holds only empty folders, which version control does not keep. */
async function copySuite(folder: string): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'reprise-suite-'))
  await cp(folder, copy, { recursive: true })
  await mkdir(join(copy, 'tests/tmp1/tmp2/tmp3'), { recursive: true })
  return copy
}

/** Changes the version that every document of the suite gives. */
async function sayVersion(folder: string, version: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !/\.(cwl|json)$/.test(entry.name)) continue
    const path = join(entry.parentPath, entry.name)
    const text = await readFile(path, 'utf8')
    const changed = text.replace(/(["']?cwlVersion["']?\s*:\s*["']?)v1\.2\b/g, `$1${version}`)
    if (changed !== text) {
      await chmod(path, 0o644)
      await writeFile(path, changed)
    }
  }
}

async function runOrders(way: Way, tests: ConformanceTest[]): Promise<number> {
  const seeds = options.order?.split(',').map(Number) ?? [undefined]
  const kept: string[] = []
  const runs: Map<string, string>[] = []
  let worst = Number.POSITIVE_INFINITY
  for (const seed of seeds) {
    if (seed !== undefined) console.log(`order ${seed}`)
    const verdicts = await runAll(way, seed === undefined ? tests : shuffled(tests, seed))
    const kinds = tests.map(({ id }) => `${id} ${verdicts.get(id)!.kind}`)
    kept.push(kinds.join('\n'))
    runs.push(new Map(results))
    if (way.summary) console.log(way.summary())
    if (options.report) await report(options.report, tests, verdicts)
    worst = Math.min(worst, kinds.filter(kind => kind.endsWith(' passed')).length)
  }
  const isSame = new Set(kept).size === 1
  if (seeds.length > 1) console.log(`${seeds.length} orders: ${isSame ? 'the same results' : 'different results'}`)
  if (options.pins === 'write') await writePins(runs)
  const changed = options.pins === 'compare' ? await comparePins(results) : undefined
  if (changed !== undefined) console.log(changed)
  return isSame && changed === undefined && worst >= Number(options['at-least'] ?? 0) ? 0 : 1
}

async function report(file: string, tests: ConformanceTest[], verdicts: Map<string, Verdict>): Promise<void> {
  const results = tests.map(({ id, tags }) => ({ id, tags, kind: verdicts.get(id)!.kind }))
  const name = options.as ? `as ${options.as}` : `${options.via}, ${options.isolation}`
  await writeFile(file, `${JSON.stringify({ name, results }, null, 1)}\n`)
}

async function runAll(way: Way, tests: ConformanceTest[]): Promise<Map<string, Verdict>> {
  const queue = [...tests]
  const verdicts = new Map<string, Verdict>()
  const showProgress = process.stderr.isTTY === true
  const worker = async () => {
    for (let test = queue.shift(); test; test = queue.shift()) {
      const verdict = await verdictOf(way, test)
      verdicts.set(test.id, verdict)
      if (verdict.kind !== 'passed') console.log(`${verdict.kind} ${test.id}: ${verdict.reason}`)
      if (showProgress) process.stderr.write(`\r${verdicts.size}/${tests.length} `)
    }
  }
  await Promise.all(Array.from({ length: Number(options.jobs) }, worker))
  if (showProgress) process.stderr.write('\r')
  const count = (kind: Verdict['kind']) => [...verdicts.values()].filter(verdict => verdict.kind === kind).length
  console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('unsupported')} unsupported`)
  return verdicts
}

process.exitCode = await main()
