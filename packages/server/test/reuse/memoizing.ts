import type { ServeOptions } from '../../src/serve.ts'
import type { Client, Json } from '../support/api.ts'
import { databaseOf } from '../support/database.ts'
import { WholeServer } from '../support/server.ts'

/** Writes random bytes: equal outputs are a reuse, other ones a run. */
export const RANDOM = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  baseCommand: ['sh', '-c', 'head -c 30 /dev/urandom | od -An -tx1; echo told >&2'],
  inputs: { word: { type: 'string', inputBinding: {} } },
  outputs: { drawn: 'stdout' },
  stdout: 'drawn.txt',
}

/** A server whose tasks use memoization. */
export class Memoizing {
  readonly server: WholeServer
  readonly project: string

  private constructor(server: WholeServer, project: string) {
    this.server = server
    this.project = project
  }

  static async start(name: string, options: Partial<ServeOptions> = {}): Promise<Memoizing> {
    const database = await databaseOf(name)
    const server = await WholeServer.start(database ? { database, ...options } : options)
    return new Memoizing(server, await server.admin.project('Reuse'))
  }

  get kim(): Client {
    return this.server.admin
  }

  async run(
    app: string,
    inputs: object,
    { memoize = true, project = this.project, as = this.kim, ...more }: RunWith = {},
  ): Promise<Json> {
    const settings = { use_memoization: memoize }
    const body = { project, app, name: 'task', inputs, execution_settings: settings, ...more }
    const made = await as.post('/tasks?action=run', body)
    if (made.status !== 201) throw new Error(made.text)
    return await this.ended(made.body.href, as)
  }

  async rerun(task: Json, body: object = {}): Promise<Json> {
    const settings = { execution_settings: { use_memoization: true }, ...body }
    return await this.ended((await this.kim.post(`${task.href}/actions/clone?action=run`, settings)).body.href)
  }

  async ended(href: string, as = this.kim): Promise<Json> {
    for (;;) {
      const { body } = await as.get(href)
      if (['COMPLETED', 'FAILED', 'ABORTED', 'DRAFT'].includes(body.status)) return body
    }
  }

  async jobs(task: Json, query = '', as = this.kim): Promise<Json[]> {
    return (await as.get(`${task.href}/jobs?limit=100${query}`)).body.items as Json[]
  }

  /** What each job made, by content. */
  async digests(task: Json): Promise<unknown[]> {
    return (await this.jobs(task)).map(job => job.outputs_digest)
  }

  /** How many of a task's jobs took results. */
  async reused(task: Json, as = this.kim): Promise<number> {
    return (await this.jobs(task, '&reused=true', as)).length
  }

  close(): Promise<void> {
    return this.server.close()
  }
}

export interface RunWith {
  memoize?: boolean
  project?: string
  as?: Client
  [key: string]: unknown
}
