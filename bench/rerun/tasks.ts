import { median } from '../measure.ts'
import { finished, type Server, startServer } from '../server.ts'
import { fillTask } from './fill-tasks.ts'

const OUTPUTS = 10_000
const JOBS = 100_000
const CALLS = 50

/** Comparisons of tasks with many outputs and jobs, and pages of the jobs of a large one. */
export async function reruns(): Promise<string[][]> {
  const made = await startServer(['--isolation', 'none'], { keep: true })
  const like = await runOne(made)
  await made.stop()
  const fill = (digests: boolean) => fillTask(made.data, { like, jobs: OUTPUTS, digests })
  const [old, now, bare, other] = [fill(true), fill(true), fill(false), fill(false)]
  const large = fillTask(made.data, { like, jobs: JOBS, failures: 1000, digests: true })
  const server = await startServer(['--isolation', 'none'], { data: made.data })
  try {
    const compared = await compare(server, now, old)
    const undigested = await compare(server, bare, other)
    const failed = await page(server, `/tasks/${large}/jobs?status=FAILED&limit=50`)
    const first = await page(server, `/tasks/${large}/jobs?limit=50`)
    return [
      [`compare two tasks of ${OUTPUTS} outputs and jobs, all identical`, `${compared.toFixed(0)} ms`, 'bar 1,000 ms'],
      ['the same, no job has digests yet', `${undigested.toFixed(0)} ms`, ''],
      [`jobs of a task of ${JOBS}: 50 that failed`, `${failed.toFixed(1)} ms`, 'bar 10 ms'],
      [`jobs of a task of ${JOBS}: the first 50`, `${first.toFixed(1)} ms`, ''],
    ]
  } finally {
    await server.stop()
  }
}

async function runOne(server: Server): Promise<string> {
  await server.call('POST', '/projects', { name: 'bench' })
  const tool = {
    cwlVersion: 'v1.2',
    class: 'CommandLineTool',
    baseCommand: ['echo', 'hello'],
    inputs: { word: 'string', number: 'int' },
    outputs: { out: 'stdout' },
    stdout: 'out.txt',
  }
  await server.call('POST', '/apps/admin/bench/each/raw', tool)
  const body = { project: 'admin/bench', app: 'admin/bench/each', name: 'one', inputs: { word: 'a', number: 3 } }
  const { id } = await server.call<{ id: string }>('POST', '/tasks?action=run', body)
  const status = await finished(server, id)
  if (status !== 'COMPLETED') throw new Error(`the task is ${status}`)
  return id
}

/** Milliseconds from the first call to the answer with the verdict. */
async function compare(server: Server, task: string, other: string): Promise<number> {
  const begun = performance.now()
  for (;;) {
    const { state, reproduced } = await server.call<{ state: string; reproduced?: boolean }>(
      'GET',
      `/tasks/${task}/comparison?with=${other}&wait=30`,
    )
    if (state === 'MAKING') continue
    if (reproduced !== true) throw new Error(`the comparison is ${state}, reproduced: ${reproduced}`)
    return performance.now() - begun
  }
}

async function page(server: Server, path: string): Promise<number> {
  const times: number[] = []
  for (let call = 0; call < CALLS; call++) {
    const begun = performance.now()
    const { items } = await server.call<{ items: unknown[] }>('GET', path)
    if (items.length !== 50) throw new Error(`${items.length} jobs`)
    times.push(performance.now() - begun)
  }
  return median(times)
}
