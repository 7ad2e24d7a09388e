/**
 * The tests as tasks of a running server, through its API alone, as a client would: a project for each test, the packed
 * document as its app, the inputs as files of the project, then a task, and its outputs downloaded.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { startServer } from '../../bench/server.ts'
import { type Api, createApi } from '../../packages/cli/src/client/api.ts'
import { ApiError } from '../../packages/cli/src/client/errors.ts'
import type { Task } from '../../packages/cli/src/client/shapes.ts'
import { type JobOrder, loadJobOrder } from '../../packages/cli/src/run/job-order.ts'
import { loadTool } from '../../packages/cli/src/run/tool.ts'
import {
  DocumentError,
  fileFetcher,
  loadRequirements,
  type Process,
  pack,
  type Requirement,
  type Values,
} from '../../packages/cwl/src/index.ts'
import type { ConformanceTest } from '../suite.ts'
import { type Ended, firstLines, type Way, type WayOptions } from '../way.ts'
import { Downloads } from './server/downloads.ts'
import { Uploads } from './server/uploads.ts'

const OVER = ['COMPLETED', 'FAILED', 'ABORTED']

export async function byServer({ isolation, memoize }: WayOptions): Promise<Way> {
  const server = await startServer(['--isolation', isolation])
  const api = createApi({ url: server.url, token: server.token })
  const count = new Count(memoize)
  return {
    run: (test, folder) => run(api, test, folder, count),
    ...(memoize ? { summary: () => count.told() } : {}),
    close: () => server.stop(),
  }
}

async function run(api: Api, test: ConformanceTest, folder: string, count: Count): Promise<Ended> {
  try {
    const task = await ended(api, await start(api, test, count.memoize))
    await count.add(api, task.id)
    const message = task.execution_status?.message ?? ''
    if (task.status !== 'COMPLETED') return { kind: kindOf(message), reason: `${task.status}: ${firstLines(message)}` }
    return { kind: 'done', outputs: await new Downloads(api, folder).values(task.outputs) }
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof DocumentError || error instanceof Refused)) throw error
    return { kind: kindOf(error.message), reason: firstLines(error.message) }
  }
}

class Refused extends Error {}

/** How many jobs ran, and how many took the result of another. */
class Count {
  readonly memoize: boolean
  #reused = 0
  #ran = 0

  constructor(memoize: boolean) {
    this.memoize = memoize
  }

  async add(api: Api, task: string): Promise<void> {
    if (!this.memoize) return
    for await (const { items } of api.pages<{ exit_code?: number; reused?: object }>(`/tasks/${task}/jobs`, {})) {
      for (const { exit_code, reused } of items) {
        if (reused) this.#reused++
        else if (exit_code !== undefined) this.#ran++
      }
    }
  }

  told(): string {
    const told = `${this.#reused} jobs took the results of others, ${this.#ran} ran`
    this.#reused = 0
    this.#ran = 0
    return told
  }
}

function kindOf(message: string): 'failed' | 'unsupported' {
  return message.includes('requires a container') ? 'unsupported' : 'failed'
}

/** Makes and starts the task; gives its id. */
async function start(api: Api, { tool, job }: ConformanceTest, memoize: boolean): Promise<string> {
  const { namespaces, process } = await loadTool(tool)
  const order = await loadJobOrder(job, namespaces)
  const { id: project } = await api.post<{ id: string }>('/projects', { body: { name: crypto.randomUUID() } })
  const document = withRequirements(await pack(uriOf(tool), fileFetcher()), requirementsOf(process, order, tool))
  const app = `${project}/tested`
  const stored = await api.post<{ 'sbg:validationErrors'?: string[] }>(`/apps/${app}/raw`, { body: document })
  const errors = stored['sbg:validationErrors'] ?? []
  if (errors.length > 0) throw new Refused(errors.join('\n'))
  const inputs = await new Uploads(api, project).values(declared(process, order.inputs))
  const task = await api.post<Task>('/tasks', {
    query: { action: 'run' },
    body: { project, app, name: 'test', inputs, execution_settings: { use_memoization: memoize } },
  })
  if (task.status === 'DRAFT') throw new Refused(task.errors.map(error => error.message).join('\n'))
  return task.id
}

function uriOf(tool: string): string {
  const [path = '', id] = tool.split('#')
  return pathToFileURL(path).href + (id === undefined ? '' : `#${id}`)
}

/** A job order may say more than the document asks for; the API refuses what it does not know. */
function declared(process: Process | undefined, inputs: Values): Values {
  const ids = new Set(process?.inputs.map(input => input.id))
  return Object.fromEntries(Object.entries(inputs).filter(([id]) => ids.has(id)))
}

function requirementsOf(process: Process | undefined, { requirements }: JobOrder, tool: string): Requirement[] {
  return process ? loadRequirements(requirements, process, uriOf(tool)).requirements : []
}

/** The API has no requirements of a job order: they stand in for those of the document. CWL v1.2 §3.6 */
function withRequirements(document: object, requirements: Requirement[]): object {
  if (requirements.length === 0) return document
  const { requirements: own } = document as { requirements?: unknown }
  const listed = Array.isArray(own)
    ? own
    : Object.entries(own ?? {}).map(([name, value]) => ({ class: name, ...value }))
  const names = new Set(requirements.map(requirement => requirement.class))
  return { ...document, requirements: [...listed.filter(entry => !names.has(entry.class)), ...requirements] }
}

async function ended(api: Api, id: string): Promise<Task> {
  for (let wait = 5; ; wait = Math.min(wait * 1.5, 250)) {
    const task = await api.get<Task>(`/tasks/${id}`)
    if (OVER.includes(task.status)) return task
    await pause(wait)
  }
}
