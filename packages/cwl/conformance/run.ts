/**
 * Runs the CWL conformance suite through `reprise run`.
 *
 *   run.ts [--at-least N] [--only ID,ID] [--tags TAG,TAG] [--jobs N] [--isolation KIND]
 *
 * The suite is `cwl-v1.2` beside this repository's `../shared/conformance`, or the folder in CWL_CONFORMANCE.
 */
import { execFile } from 'node:child_process'
import { access, cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { compareOutputs } from './compare.ts'
import { type ConformanceTest, readSuite } from './suite.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const LIMIT = 5 * 60 * 1000
const UNSUPPORTED = 33

const { values: options } = parseArgs({
  options: {
    'at-least': { type: 'string' },
    only: { type: 'string' },
    tags: { type: 'string' },
    jobs: { type: 'string', default: '2' },
    isolation: { type: 'string', default: 'auto' },
  },
})

type Verdict = { kind: 'passed' } | { kind: 'failed' | 'unsupported'; reason: string }

async function runTest(test: ConformanceTest): Promise<Verdict> {
  const outdir = await mkdtemp(join(tmpdir(), 'reprise-conformance-'))
  try {
    const words = ['run', `--outdir=${outdir}`, '--quiet', '--isolation', options.isolation, test.tool]
    const { code, stdout, stderr } = await start([...words, ...(test.job ? [test.job] : [])])
    if (code === UNSUPPORTED) return { kind: 'unsupported', reason: firstLine(stderr) }
    if (code === 126 || code === 127)
      return { kind: 'failed', reason: `the runner did not start: ${firstLine(stderr)}` }
    if (test.shouldFail) return code === 0 ? { kind: 'failed', reason: 'it should fail' } : { kind: 'passed' }
    if (code !== 0) return { kind: 'failed', reason: `exit code ${code}: ${firstLine(stderr)}` }
    const difference = await compareOutputs(test.output, JSON.parse(stdout))
    return difference ? { kind: 'failed', reason: difference } : { kind: 'passed' }
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) }
  } finally {
    await rm(outdir, { recursive: true, force: true })
  }
}

function start(words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const settings = { timeout: LIMIT, maxBuffer: 256 * 1024 * 1024 }
  return new Promise(done => {
    execFile(join(ROOT, 'bin/reprise'), words, settings, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0
      done({ code, stdout, stderr })
    })
  })
}

function firstLine(text: string): string {
  return text.trim().split('\n').slice(0, 3).join(' | ').slice(0, 300)
}

function chosen(tests: ConformanceTest[]): ConformanceTest[] {
  const ids = options.only?.split(',')
  const tags = options.tags?.split(',')
  return tests.filter(test => (!ids || ids.includes(test.id)) && (!tags || tags.some(tag => test.tags.includes(tag))))
}

async function main(): Promise<number> {
  const folder = process.env.CWL_CONFORMANCE ?? resolve(ROOT, '../shared/conformance/cwl-v1.2')
  const index = join(folder, 'conformance_tests.yaml')
  if (
    !(await access(index).then(
      () => true,
      () => false,
    ))
  ) {
    console.log(`no conformance suite at ${folder}: set CWL_CONFORMANCE to its folder to run it`)
    return 0
  }
  const copy = await copySuite(folder)
  try {
    return await runAll(chosen(await readSuite(join(copy, 'conformance_tests.yaml'))))
  } finally {
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

async function runAll(queue: ConformanceTest[]): Promise<number> {
  const total = queue.length
  const counts = { passed: 0, failed: 0, unsupported: 0 }
  const showProgress = process.stderr.isTTY === true
  const worker = async () => {
    for (let test = queue.shift(); test; test = queue.shift()) {
      const verdict = await runTest(test)
      counts[verdict.kind]++
      if (verdict.kind !== 'passed') console.log(`${verdict.kind} ${test.id}: ${verdict.reason}`)
      if (showProgress) process.stderr.write(`\r${total - queue.length}/${total} `)
    }
  }
  await Promise.all(Array.from({ length: Number(options.jobs) }, worker))
  if (showProgress) process.stderr.write('\r')
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.unsupported} unsupported`)
  return counts.passed < Number(options['at-least'] ?? 0) ? 1 : 0
}

process.exitCode = await main()
