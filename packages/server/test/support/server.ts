import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ServeOptions, startServer } from '../../src/serve.ts'
import { Client, type Json } from './api.ts'

/** A whole server, API and worker, on a fresh data folder; and its administrator. */
export class WholeServer {
  readonly folder: string
  readonly admin: Client
  readonly #close: () => Promise<void>

  private constructor(folder: string, admin: Client, close: () => Promise<void>) {
    this.folder = folder
    this.admin = admin
    this.#close = close
  }

  static async start(options: Partial<ServeOptions> = {}): Promise<WholeServer> {
    const folder = await mkdtemp(join(tmpdir(), 'reprise-server-'))
    const server = await startServer({ data: folder, port: 0, isolation: 'sandbox', ...options })
    const token = (await readFile(server.adminToken!, 'utf8')).trim()
    return new WholeServer(folder, new Client(server.url, token), () => server.close())
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

/** A tool that counts the bytes of files and says what the first one holds. */
export const COUNTING = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  baseCommand: ['sh', '-c', 'cat "$0"; cat "$@" | wc -c'],
  inputs: { files: { type: 'File[]', inputBinding: { position: 1 } } },
  outputs: { counted: 'stdout' },
  stdout: 'counted.txt',
}
