import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { cpuSeconds, median } from '../measure.ts'
import { finished, type Server, startServer } from '../server.ts'

const WITHOUT = fileURLToPath(new URL('./without-digests.ts', import.meta.url))
const MAIN = 'packages/cli/src/main.ts'
const JOBS = 500
const RUNS = 5
/** Milliseconds after a task in which the last digests are filled in; waited for without them too. */
const AFTER = 2000

const TOOL = {
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

/** CPU of a server that runs a scatter, with the digests of its jobs and without, in turns; both from the sources. */
export async function digests(): Promise<string[][]> {
  const servers = [await start([]), await start(['--import', WITHOUT])]
  const seconds: [number[], number[]] = [[], []]
  try {
    for (const server of servers) await scatter(server, 0)
    for (let run = 1; run <= RUNS; run++) {
      for (const [index, server] of servers.entries()) seconds[index]!.push(await scatter(server, run))
    }
    const [filled, none] = servers.map(digested)
    if (filled !== JOBS * (RUNS + 1) || none !== 0) throw new Error(`${filled} and ${none} jobs have digests`)
  } finally {
    for (const server of servers) await server.stop()
  }
  const [withThem, without] = [median(seconds[0]), median(seconds[1])]
  const each = (all: number[]) => all.map(value => value.toFixed(2)).join(', ')
  return [
    [`scatter of ${JOBS}, CPU of the server`, `${withThem.toFixed(2)} s`, `of each run: ${each(seconds[0])}`],
    ['  the same without digests', `${without.toFixed(2)} s`, `of each run: ${each(seconds[1])}`],
    ['  cost of digests', `${(100 * (withThem / without - 1)).toFixed(1)} %`, 'bar 5 %'],
  ]
}

/** Jobs that have digests. */
function digested({ data }: Server): number {
  const database = new DatabaseSync(join(data, 'reprise.sqlite'), { readOnly: true })
  const row = database
    .prepare("select count(*) as jobs from jobs where path like 'each%' and outputs_digest is not null")
    .get()
  database.close()
  return Number(row?.jobs)
}

async function start(options: string[]): Promise<Server> {
  const server = await startServer(['--isolation', 'sandbox'], { program: ['bin/node', ...options, MAIN] })
  await server.call('POST', '/projects', { name: 'bench' })
  await server.call('POST', '/apps/admin/bench/each/raw', FLOW)
  return server
}

/** CPU seconds of one task. */
async function scatter(server: Server, run: number): Promise<number> {
  const words = Array.from({ length: JOBS }, (_, index) => `w${run} ${index}`)
  const body = { project: 'admin/bench', app: 'admin/bench/each', name: `run ${run}`, inputs: { words } }
  const before = cpuSeconds(server.pid)
  const { id } = await server.call<{ id: string }>('POST', '/tasks?action=run', body)
  const status = await finished(server, id, 50)
  if (status !== 'COMPLETED') throw new Error(`the task is ${status}`)
  await pause(AFTER)
  return cpuSeconds(server.pid) - before
}
