/**
 * What `make demo` runs: a server on a free port with a fresh folder of data, a real analysis through its API, the same
 * analysis once more by one call, the verdict on each output, the plan of a rerun with one input changed, and that rerun, of which the
 * first job that diverged is named. Nothing stays: neither server nor data. Exits with 0 only when the rerun reproduced, that job is the
 * right one, and what ran is what the plan had said.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Api, createApi } from '../packages/cli/src/client/api.ts'
import { comparisonOf } from '../packages/cli/src/client/comparison.ts'
import type { Connection } from '../packages/cli/src/client/connection.ts'
import { awaitPlan, type Plan, showPlan } from '../packages/cli/src/client/plan.ts'
import type { Task } from '../packages/cli/src/client/shapes.ts'
import { waitForTask } from '../packages/cli/src/client/wait.ts'
import { follow, judge, prepare, show } from './demo/analysis.ts'
import { byHand } from './demo/by-hand.ts'
import { startServer } from './demo/server.ts'

/** One call, as the platform's pages show it. */
async function rerun({ url, token }: Connection, task: Task, signal: AbortSignal): Promise<Task> {
  const headers = { 'x-sbg-auth-token': token, 'content-type': 'application/json' }
  const address = `${url}/tasks/${task.id}/actions/clone?action=run`
  const response = await fetch(address, { method: 'POST', headers, signal })
  if (!response.ok) throw new Error(`The rerun was refused: ${await response.text()}`)
  return (await response.json()) as Task
}

/** The job that is to be the first to diverge when the changed input is another: the first that takes it. */
const CHANGED = { minimum_tumor_fraction: 0.3 }
const FIRST = { path: 'contig[0]/select_snps', part: 'inputs/minimum_tumor_fraction' }

async function demonstrate(connection: Connection, tasks: Task[], signal: AbortSignal): Promise<boolean> {
  const api = createApi(connection)
  const task = await prepare(api, signal)
  tasks.push(task)

  console.log(`\nFirst run: task ${task.id}`)
  await api.post(`/tasks/${task.id}/actions/run`, { signal })
  const first = await follow(api, task, signal)
  await judge(first)

  const copy = await rerun(connection, task, signal)
  tasks.push(copy)
  console.log(`\nRerun, by POST /tasks/${task.id}/actions/clone?action=run: task ${copy.id}`)
  await follow(api, copy, signal)
  const same = await comparisonOf(api, copy.id, undefined, true)
  await show(api, same)

  const body = { inputs: CHANGED, execution_settings: { use_memoization: true } }
  const changed = await api.post<Task>(`/tasks/${task.id}/actions/clone`, { body, signal })
  tasks.push(changed)
  console.log(`\nRerun with ${JSON.stringify(CHANGED)} and memoization: task ${changed.id}. Its plan:`)
  const plan = await planOf(api, changed)
  await showPlan(api, plan, {})
  await api.post(`/tasks/${changed.id}/actions/run`, { query: { plan: plan.id }, signal })
  await follow(api, changed, signal)
  const isAsPlanned = await showReused(api, changed.id, plan)
  const other = await comparisonOf(api, changed.id, undefined, true)
  await show(api, other)
  const { first_divergence: diverged } = other
  const isRight = diverged?.path === FIRST.path && diverged.differs?.some(({ part }) => part === FIRST.part)
  return same.reproduced === true && other.reproduced === false && isRight === true && isAsPlanned
}

/** How soon it is there is told too: a person waits for it. */
async function planOf(api: Api, draft: Task): Promise<Plan> {
  const began = performance.now()
  const ask = (wait: number, signal: AbortSignal) =>
    api.get<Plan>(`/tasks/${draft.id}/plan`, { query: { wait }, signal })
  const plan = await awaitPlan(ask, api, true)
  console.log(`made in ${((performance.now() - began) / 1000).toFixed(1)} s`)
  return plan
}

/** Whether what was taken and what ran is what the plan said. */
async function showReused(api: Api, task: string, plan: Plan): Promise<boolean> {
  const jobs: { path: string; reused?: object; exit_code?: number }[] = []
  for await (const { items } of api.pages<(typeof jobs)[number]>(`/tasks/${task}/jobs`, { limit: 100 })) {
    jobs.push(...items)
  }
  const processes = jobs.filter(job => job.exit_code !== undefined)
  const ran = processes.filter(job => job.reused === undefined).map(job => job.path)
  const steps = new Set(ran.map(path => path.replaceAll(/\[\d+\]/g, '[*]')))
  console.log(`${processes.length - ran.length} of ${processes.length} jobs had run before and were not run again`)
  console.log(`Ran: ${[...steps].join(', ')}`)
  const { reuse = 0, run = 0, unknown = 0 } = plan.counts ?? {}
  const isAsSaid = processes.length - ran.length >= reuse && ran.length <= run + unknown
  console.log(isAsSaid ? 'That is what the plan had said.' : 'The plan had said something else.')
  return isAsSaid && reuse > 0 && ran.includes(FIRST.path)
}

/** Ends what still runs: jobs outlive the server. */
async function abort(connection: Connection, tasks: Task[]): Promise<void> {
  const api = createApi(connection)
  for (const { id } of tasks) {
    // refused for a task that is over
    await api.post(`/tasks/${id}/actions/abort`).catch(() => {})
    await waitForTask(api, id, { signal: AbortSignal.timeout(10_000) }).catch(() => {})
  }
}

async function main(signal: AbortSignal): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-demo-'))
  const tasks: Task[] = []
  try {
    const server = await startServer(folder)
    try {
      signal.throwIfAborted()
      console.log(`Server    ${server.url}`)
      const same = await demonstrate(server, tasks, signal)
      console.log(`\n${same ? byHand : 'This is not what should have come out.'}`)
      process.exitCode = same ? 0 : 1
    } finally {
      await abort(server, tasks)
      await server.stop()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(name, () => stop.abort(new Error('Stopped. Nothing stays.')))
}
await main(stop.signal).catch(error => {
  const reason = stop.signal.aborted ? stop.signal.reason : error
  console.error(reason instanceof Error ? reason.message : reason)
  process.exitCode = 1
})
