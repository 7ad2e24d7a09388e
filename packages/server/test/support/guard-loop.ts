import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import type { Guarded, GuardOptions } from './guard-messages.ts'

/** The thread of a guard: rounds of small calls until it is told to stop, then what it saw. */
const { base, token, project, task, job, pid = process.pid } = workerData as GuardOptions
const PAUSE = 5
const seen: Guarded = { rounds: 0, slowest: { ms: 0, waited: 0, call: '' }, slowestJob: 0, failures: [] }
let stopped = false
parentPort!.once('message', () => {
  stopped = true
})

/** Of each thread the milliseconds that it was ready to run while others had the processors: the server's, and this one. */
function queued(): Map<string, number> {
  const delays = new Map<string, number>()
  for (const [name, path] of [['own', '/proc/thread-self'], ...tasks()] as const) {
    try {
      delays.set(name, Number(readFileSync(`${path}/schedstat`, 'utf8').split(' ')[1]) / 1e6)
    } catch {
      // it has ended
    }
  }
  return delays
}

function tasks(): [string, string][] {
  const folder = `/proc/${pid}/task`
  return readdirSync(folder).map(task => [task, `${folder}/${task}`])
}

/** What a call waited for a processor: this side, the server's main thread, and the one of its others that waited most. */
function waitedSince(before: Map<string, number>): number {
  const after = queued()
  const wait = (thread: string) => (after.get(thread) ?? 0) - (before.get(thread) ?? after.get(thread) ?? 0)
  const others = [...after.keys()].filter(thread => thread !== 'own' && thread !== String(pid) && thread !== self)
  return wait('own') + wait(String(pid)) + Math.max(0, ...others.map(wait))
}

const self = readlinkSync('/proc/thread-self').split('/').at(-1)!

interface Answer {
  status: number
  body: { id: string; status: string; items?: unknown[] }
}

async function call(method: string, path: string, wanted: number): Promise<Answer> {
  const before = queued()
  const began = performance.now()
  try {
    const answer = await fetch(base + path, { method, headers: { 'X-SBG-Auth-Token': token } })
    const text = await answer.text()
    if (answer.status !== wanted) seen.failures.push(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`)
    return { status: answer.status, body: text === '' ? {} : JSON.parse(text) }
  } catch (error) {
    const { cause } = error as { cause?: unknown }
    seen.failures.push(`${method} ${path}: ${error} ${cause ?? ''}`)
    return { status: 0, body: { id: '', status: 'FAILED' } }
  } finally {
    const ms = performance.now() - began
    const waited = waitedSince(before)
    if (ms - waited > seen.slowest.ms - seen.slowest.waited) seen.slowest = { ms, waited, call: `${method} ${path}` }
  }
}

async function round(): Promise<void> {
  await call('GET', `/projects/${project}`, 200)
  await call('GET', `/files?project=${project}`, 200)
  await call('GET', `/tasks?project=${project}`, 200)
  if (task === undefined) return
  await call('GET', `/tasks/${task}`, 200)
  const { body } = await call('POST', `/tasks/${task}/actions/clone`, 201)
  await call('DELETE', `/tasks/${body.id}`, 204)
}

/** Reruns the task, and asks for it until it has ended. */
async function runJob(): Promise<void> {
  const began = performance.now()
  const { body } = await call('POST', `/tasks/${task}/actions/clone?action=run`, 201)
  let { status } = body
  while (!['COMPLETED', 'FAILED', 'ABORTED', 'DRAFT'].includes(status)) {
    await new Promise(resolve => setTimeout(resolve, PAUSE))
    status = (await call('GET', `/tasks/${body.id}?fields=status`, 200)).body.status
  }
  if (status !== 'COMPLETED') seen.failures.push(`the job's task ${body.id} ended as ${status}`)
  seen.slowestJob = Math.max(seen.slowestJob, performance.now() - began)
}

const jobs = async () => {
  while (job && !stopped) await runJob()
}
const calls = async () => {
  for (;;) {
    await round()
    if (seen.rounds++ === 0) {
      // connections and caches are there: what comes now is measured
      seen.slowest = { ms: 0, waited: 0, call: '' }
      parentPort!.postMessage('ready')
    } else if (stopped) return
    // leaves the other side something of the processor
    await new Promise(resolve => setTimeout(resolve, PAUSE))
  }
}
if (job) await runJob()
seen.slowestJob = 0
await Promise.all([calls(), jobs()])
parentPort!.postMessage(seen)
