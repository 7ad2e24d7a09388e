import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ServeOptions, startServer } from '../../src/serve.ts'
import { Client, type Json } from './api.ts'

/** A whole server, API and worker, on a fresh data folder; and its administrator. */
export class WholeServer {
  readonly folder: string
  admin: Client
  readonly #options: Partial<ServeOptions>
  #close: () => Promise<void>

  private constructor(folder: string, options: Partial<ServeOptions>, running: Running) {
    this.folder = folder
    this.#options = options
    this.admin = running.admin
    this.#close = running.close
  }

  static async start(options: Partial<ServeOptions> = {}): Promise<WholeServer> {
    const folder = await mkdtemp(join(tmpdir(), 'reprise-server-'))
    return new WholeServer(folder, options, await run(folder, options))
  }

  /** Ends it and starts another one, at another port, on the same data. */
  async restart(): Promise<void> {
    await this.#close()
    const { admin, close } = await run(this.folder, this.#options)
    this.admin = admin
    this.#close = close
  }

  /** Runs a task of the app to its end. */
  async run(project: string, app: string, inputs: object): Promise<Json> {
    const task = await this.admin.post('/tasks?action=run', { project, app, name: 'task', inputs })
    if (task.status !== 201) throw new Error(task.text)
    for (;;) {
      const { body } = await this.admin.get(task.body.href)
      if (['COMPLETED', 'FAILED', 'ABORTED', 'DRAFT'].includes(body.status)) return body
    }
  }

  async close(): Promise<void> {
    await this.#close()
    await rm(this.folder, { recursive: true, force: true })
  }
}

interface Running {
  admin: Client
  close(): Promise<void>
}

async function run(folder: string, options: Partial<ServeOptions>): Promise<Running> {
  const server = await startServer({ data: folder, port: 0, isolation: 'sandbox', ...options })
  const token = (await readFile(join(folder, 'admin-token'), 'utf8')).trim()
  return { admin: new Client(server.url, token), close: () => server.close() }
}

/** A tool that counts the bytes of files and says what the first one holds. */
export const COUNTING = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  baseCommand: ['sh', '-c', 'cat "$0"; cat "$@" | wc -c'],
  inputs: { files: { type: 'File[]', inputBinding: { position: 1 } } },
  outputs: { counted: 'stdout' },
  stdout: 'counted.txt',
}
