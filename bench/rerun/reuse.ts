import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { cpuSeconds, residentMiB } from '../measure.ts'
import { finished, type Server, startServer } from '../server.ts'

const TOOL = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  baseCommand: ['echo'],
  inputs: { word: { type: 'string', inputBinding: {} } },
  outputs: { out: 'stdout' },
  stdout: 'out.txt',
}
const FLOW = {
  cwlVersion: 'v1.2',
  class: 'Workflow',
  requirements: { ScatterFeatureRequirement: {} },
  inputs: { words: 'string[]' },
  outputs: { all: { type: 'File[]', outputSource: 'each/out' } },
  steps: { each: { run: TOOL, in: { word: 'words' }, scatter: 'word', out: ['out'] } },
}

/** A scatter of so many jobs, and its rerun in which each takes what ran; beside it the bare hashing and row writes of as many jobs. */
export async function reuse(jobs: number): Promise<string[][]> {
  const server = await startServer(['--isolation', 'sandbox'])
  try {
    await server.call('POST', '/projects', { name: 'bench' })
    await server.call('POST', '/apps/admin/bench/each/raw', FLOW)
    const words = Array.from({ length: jobs }, (_, index) => `w${index}`)
    const body = { project: 'admin/bench', app: 'admin/bench/each', name: 'each', inputs: { words } }
    const { id } = await server.call<{ id: string }>('POST', '/tasks?action=run', body)
    await ended(server, id)
    const clone = (settings: object) => () =>
      server.call<{ id: string }>('POST', `/tasks/${id}/actions/clone?action=run`, { execution_settings: settings })
    const taken = await measured(server, clone({ use_memoization: true }))
    const count = await reusedOf(server, taken.id)
    if (count !== jobs) throw new Error(`${count} of ${jobs} jobs were taken`)
    const settings = { execution_settings: { use_memoization: true } }
    const same = await planned(server, id, settings)
    const other = await planned(server, id, { ...settings, inputs: { words: words.map(word => `${word}'`) } })
    if (same.counts.reuse !== jobs || other.counts.run !== jobs) throw new Error('it was planned wrongly')
    const floor = bare(jobs)
    const each = (seconds: number) => `${((1000 * seconds) / jobs).toFixed(2)} ms`
    return [
      [`rerun of ${jobs} jobs, all reused`, `${taken.wall.toFixed(1)} s`, `bar ${((5 * jobs) / 10_000).toFixed(1)} s`],
      ['CPU of the server for each job', each(taken.cpu), 'bar 0.8 ms'],
      ['bare hashing and row writes for each job', each(floor), `ours is ${(taken.cpu / floor).toFixed(1)} times that`],
      [
        `plan of the same ${jobs} jobs, nothing changed`,
        `${same.wall.toFixed(1)} s, CPU ${each(same.cpu)} a job`,
        `bar ${((1.5 * jobs) / 10_000).toFixed(1)} s`,
      ],
      [
        `plan of ${jobs} jobs of which each has another input`,
        `${other.wall.toFixed(1)} s, CPU ${each(other.cpu)} a job`,
        `bar ${((5 * jobs) / 10_000).toFixed(1)} s`,
      ],
      [
        'resident memory of the server after it',
        `${residentMiB(server.pid).toFixed(0)} MiB`,
        'bar 500 MiB for the worker',
      ],
    ]
  } finally {
    await server.stop()
  }
}

async function measured(server: Server, start: () => Promise<{ id: string }>) {
  const [begun, before] = [performance.now(), cpuSeconds(server.pid)]
  const { id } = await start()
  await ended(server, id)
  return { id, wall: (performance.now() - begun) / 1000, cpu: cpuSeconds(server.pid) - before }
}

interface Plan {
  id: string
  state: string
  counts: { reuse: number; run: number }
}

/** The plan of a rerun with what is other. */
async function planned(server: Server, id: string, body: object) {
  const [begun, before] = [performance.now(), cpuSeconds(server.pid)]
  let plan = await server.call<Plan>('POST', `/tasks/${id}/plan?wait=30`, body)
  while (plan.state === 'MAKING') {
    plan = await server.call<Plan>('GET', `/tasks/${id}/plan?wait=30&plan=${encodeURIComponent(plan.id)}`)
  }
  return { ...plan, wall: (performance.now() - begun) / 1000, cpu: cpuSeconds(server.pid) - before }
}

async function ended(server: Server, id: string): Promise<void> {
  const status = await finished(server, id, 20)
  if (status !== 'COMPLETED') throw new Error(`the task is ${status}`)
}

async function reusedOf(server: Server, id: string): Promise<number> {
  const path = `${server.url}/tasks/${id}/jobs?reused=true&limit=1`
  const answer = await fetch(path, { headers: { 'X-SBG-Auth-Token': server.token } })
  return Number(answer.headers.get('x-total-matching-query'))
}

/** CPU seconds of as many hashes of parts and rows of jobs and values as these jobs have, 100 jobs in a transaction. */
function bare(jobs: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-bench-'))
  const database = new DatabaseSync(join(folder, 'rows.db'))
  database.exec(
    'pragma journal_mode = wal; pragma synchronous = full; create table v (hash text primary key, json text)',
  )
  database.exec('create table j (task text, path text, a text, b text, c text, d text, primary key (task, path))')
  const value = database.prepare('insert or ignore into v values (?, ?)')
  const row = database.prepare('insert into j values (?, ?, ?, ?, ?, ?)')
  const hash = (text: string) => createHash('sha256').update(text).digest('hex')
  const part = 'x'.repeat(200)
  const before = cpuSeconds(process.pid)
  for (let from = 0; from < jobs; from += 100) {
    database.exec('begin immediate')
    for (let job = from; job < Math.min(jobs, from + 100); job++) {
      const texts = Array.from({ length: 10 }, (_, index) => `${part}${index > 2 ? 0 : job}`)
      const hashes = texts.map(hash)
      for (let index = 0; index < 4; index++) value.run(hashes[index]!, texts[index]!)
      row.run('task', `each[${job}]`, hashes[0]!, hashes[1]!, hashes[2]!, hashes[3]!)
    }
    database.exec('commit')
  }
  database.close()
  rmSync(folder, { recursive: true })
  return cpuSeconds(process.pid) - before
}
