import { finished, type Server } from '../server.ts'
import { echoTask } from '../task.ts'
import type { Line } from './bars.ts'
import { Connection } from './client.ts'
import { quantile } from './load.ts'

const CLIENTS = 200
const JOBS = 500

/** A workflow of 500 jobs of a fifth of a second each. */
const SLEEPERS = {
  cwlVersion: 'v1.2',
  class: 'Workflow',
  requirements: [{ class: 'ScatterFeatureRequirement' }],
  inputs: { words: 'string[]' },
  outputs: { said: { type: 'File[]', outputSource: 'say/said' } },
  steps: {
    say: {
      in: { word: 'words' },
      scatter: 'word',
      out: ['said'],
      run: {
        class: 'CommandLineTool',
        baseCommand: ['sh', '-c', 'sleep 0.2; echo "$0"'],
        inputs: { word: { type: 'string', inputBinding: {} } },
        outputs: { said: 'stdout' },
        stdout: 'said.txt',
      },
    },
  },
}

/**
 * 200 clients, each with a connection of its own and the next call as soon as the last one is answered, while the jobs of a
 * task run. Of ten calls six get a task, two list tasks, one lists files and one clones. Afterwards every task that a clone
 * was answered with has to be there, and the 500 jobs' task has to end with 500 files.
 */
export async function crowd(server: Server, seconds: number): Promise<Line[]> {
  const origin = await echoTask(server)
  const { project } = await server.call<{ project: string }>('GET', `/tasks/${origin}`)
  const jobs = await runJobs(server, project)
  const times: number[] = []
  const made: string[] = []
  const wrong: string[] = []
  const paths = [
    ...Array.from({ length: 6 }, () => `/v2/tasks/${origin}`),
    ...Array.from({ length: 2 }, () => `/v2/tasks?project=${project}&status=DRAFT&limit=50`),
    `/v2/files?project=${project}&limit=50`,
  ]
  const end = performance.now() + seconds * 1000
  const client = async (number: number) => {
    const connection = new Connection(server.url, server.token)
    for (let call = number; performance.now() < end; call++) {
      const path = paths[call % 10]
      const begun = performance.now()
      const { status, body } = path
        ? await connection.call('GET', path)
        : await connection.call('POST', `/v2/tasks/${origin}/actions/clone`)
      times.push(performance.now() - begun)
      if (status >= 400) wrong.push(`${status} ${body}`)
      else if (!path) made.push(JSON.parse(body.toString()).id)
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)))
  const status = await finished(server, jobs)
  const { outputs } = await server.call<{ outputs: { said: unknown[] } }>('GET', `/tasks/${jobs}`)
  const there = await countThere(server, made)
  times.sort((a, b) => a - b)
  const late = quantile(times, 0.99)
  const whole = there === made.length && status === 'COMPLETED' && outputs.said.length === JOBS
  const what = `${CLIENTS} clients for ${seconds} s, ${JOBS} jobs`
  return [
    {
      what: `${what}: p99`,
      figure: `${late.toFixed(0)} ms`,
      bar: 'under 500 ms',
      met: late < 500,
      note: `${(times.length / seconds).toFixed(0)} calls a second, median ${quantile(times, 0.5).toFixed(0)} ms`,
    },
    {
      what: `${what}: failures`,
      figure: String(wrong.length),
      bar: 'none',
      met: wrong.length === 0,
      note: wrong[0] ?? `of ${times.length} calls`,
    },
    {
      what: `${what}: clones lost`,
      figure: String(made.length - there),
      bar: 'nothing lost',
      met: whole,
      note: `of ${made.length}; the jobs' task ${status} with ${outputs.said.length} files`,
    },
  ]
}

async function runJobs(server: Server, project: string): Promise<string> {
  await server.call('POST', `/apps/${project}/sleepers/raw`, SLEEPERS)
  const { id } = await server.call<{ id: string }>('POST', '/tasks?action=run', {
    project,
    app: `${project}/sleepers`,
    inputs: { words: Array.from({ length: JOBS }, (_, job) => `word ${job}`) },
  })
  return id
}

async function countThere(server: Server, ids: string[]): Promise<number> {
  const connection = new Connection(server.url, server.token)
  let there = 0
  for (const id of ids) if ((await connection.call('GET', `/v2/tasks/${id}`)).status === 200) there++
  connection.close()
  return there
}
