/**
 * What `make demo` runs: a server on a free port with a fresh folder of data, a real analysis through its API, the same
 * analysis once more by one call, and a table that says whether the same came out. Nothing stays: neither server nor data.
 * Exits with 0 only when all outputs are the same.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApi } from '../packages/cli/src/client/api.ts'
import type { Connection } from '../packages/cli/src/client/connection.ts'
import type { Task } from '../packages/cli/src/client/shapes.ts'
import { waitForTask } from '../packages/cli/src/client/wait.ts'
import { compare, follow, judge, prepare } from './demo/analysis.ts'
import { byHand } from './demo/by-hand.ts'
import { startServer } from './demo/server.ts'

/** One call with no body, as the platform's pages show it. */
async function rerun({ url, token }: Connection, task: Task, signal: AbortSignal): Promise<Task> {
  const headers = { 'x-sbg-auth-token': token, 'content-type': 'application/json' }
  const address = `${url}/tasks/${task.id}/actions/clone?action=run`
  const response = await fetch(address, { method: 'POST', headers, signal })
  if (!response.ok) throw new Error(`The rerun was refused: ${await response.text()}`)
  return (await response.json()) as Task
}

async function demonstrate(connection: Connection, tasks: Task[], signal: AbortSignal): Promise<boolean> {
  const api = createApi(connection)
  const task = await prepare(api, signal)
  tasks.push(task)

  console.log(`\nFirst run: task ${task.id}`)
  await api.post(`/tasks/${task.id}/actions/run`, { signal })
  const first = await follow(api, task, signal)

  const copy = await rerun(connection, task, signal)
  tasks.push(copy)
  console.log(`\nRerun, by POST /tasks/${task.id}/actions/clone?action=run: task ${copy.id}`)
  const second = await follow(api, copy, signal)

  console.log('')
  const same = compare(first, second)
  console.log('')
  await judge(first)
  return same
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
      console.log(`\n${same ? byHand : 'The rerun did not reproduce.'}`)
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
