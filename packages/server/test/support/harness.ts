import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type File, loadProcess, noFetcher, type Process, type Values } from '@reprise/cwl'
import type { Isolation } from '@reprise/runner'
import { isPassing } from '../../src/database/errors.ts'
import type { Write } from '../../src/database/index.ts'
import type { OpenDatabase } from '../../src/database/open.ts'
import type { JobRow, TaskRow } from '../../src/database/schema.ts'
import { moveTask } from '../../src/database/task-states.ts'
import { hashed, loadJson, storeHashed } from '../../src/database/values.ts'
import type { StoredRecord } from '../../src/domain/record.ts'
import type { ToWorker } from '../../src/domain/worker-messages.ts'
import { bootId } from '../../src/execution/process-identity.ts'
import { Contents } from '../../src/storage/contents.ts'
import { databaseOf, onPostgres, openTestDatabase } from './database.ts'
import { makeProject } from './project.ts'
import { taskRow } from './rows.ts'

const PROGRAM = fileURLToPath(new URL('../execution/program.ts', import.meta.url))

/** A data folder, the worker's server as a process of its own that can be killed, and the rows from outside. */
export class Harness {
  readonly folder: string
  readonly database: OpenDatabase
  readonly contents: Contents
  readonly root: string
  /** where tasks have their folders */
  readonly workFolder: string
  readonly #isolation: Isolation
  readonly #events = new EventEmitter().setMaxListeners(0)
  #child: ChildProcess | undefined
  #errors = ''

  static async make(isolation: Isolation = 'none'): Promise<Harness> {
    const folder = await fs.mkdtemp(join(tmpdir(), 'reprise-worker-'))
    const database = await openTestDatabase(folder)
    return new Harness(folder, database, await makeProject(database, 'kim/rna'), isolation)
  }

  private constructor(folder: string, database: OpenDatabase, root: string, isolation: Isolation) {
    this.folder = folder
    this.database = database
    this.contents = new Contents({ database, folder })
    this.root = root
    this.workFolder = onPostgres ? join(folder, 'work', bootId()) : join(folder, 'work')
    this.#isolation = isolation
  }

  /** Starts the server; resolves when it has taken over what there is. Rejects with what it wrote to stderr. */
  async start(failpoint = ''): Promise<void> {
    const url = await databaseOf(this.folder)
    const child = spawn(
      process.execPath,
      [...process.execArgv, PROGRAM, this.folder, this.#isolation, ...(url ? [url] : [])],
      {
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { ...process.env, REPRISE_FAILPOINT: failpoint },
      },
    )
    this.#child = child
    child.setMaxListeners(0)
    child.stdin!.on('error', () => undefined)
    child.stderr!.on('data', data => {
      this.#errors += data
    })
    createInterface({ input: child.stdout! }).on('line', line => {
      const event = JSON.parse(line)
      this.#events.emit(event.type === 'ready' ? 'ready' : `changed ${event.task}`)
    })
    const gone = once(child, 'exit')
    await Promise.race([
      once(this.#events, 'ready'),
      gone.then(() => {
        if (!failpoint) throw new Error(this.#errors)
      }),
    ])
  }

  send(message: ToWorker): void {
    this.#child?.stdin?.write(`${JSON.stringify(message)}\n`)
  }

  /** Waits for the server to die of its failpoint, or kills it as by `kill -9`. */
  async dead(): Promise<void> {
    await this.#gone()
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL')
    await this.#gone()
  }

  async stop(): Promise<void> {
    this.send({ type: 'stop' })
    await this.#gone()
  }

  async #gone(): Promise<void> {
    const child = this.#child
    if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }

  async close(): Promise<void> {
    if (this.#child?.exitCode === null && this.#child.signalCode === null) await this.kill()
    await this.contents.close()
    await this.database.close()
    await fs.rm(this.folder, { recursive: true, force: true })
  }

  /** Makes a task, as leaving DRAFT does, and tells the worker. */
  async submit(
    text: string,
    inputs: Values = {},
    fields: Partial<StoredRecord> = {},
    status: TaskRow['status'] = 'QUEUED',
    more: Partial<TaskRow> = {},
  ): Promise<string> {
    const record: StoredRecord = {
      format: 1,
      app: 'kim/rna/app/0',
      process: await processOf(text),
      inputs,
      network: false,
      folder: this.root,
      ...fields,
    }
    const value = hashed(JSON.stringify(record))
    const row = taskRow({ status, record: value.hash, ...more })
    await this.write(async tx => {
      await storeHashed(tx, value)
      await tx.insertInto('tasks').values(row).execute()
    })
    this.send({ type: 'queued', task: row.id })
    return row.id
  }

  /** Writes beside the server, which has SQLite's one writer for so long where it is busy that others give up. */
  async write<T>(body: (tx: Write) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await this.database.write(body)
      } catch (error) {
        if (!isPassing(error)) throw error
      }
    }
  }

  /** A file as a task's record has it. */
  async file(basename: string, text: string, metadata: { [key: string]: string } = {}): Promise<File> {
    const content = await this.contents.addBytes(Buffer.from(text))
    await this.write(tx => this.contents.hold(tx, content, 'test'))
    return { class: 'File', location: `content:${content.id}`, basename, size: content.size, metadata }
  }

  async abort(task: string): Promise<void> {
    await this.write(tx => moveTask(tx, task, ['CREATING', 'QUEUED', 'RUNNING'], 'ABORTING'))
    this.send({ type: 'abort', task })
  }

  task(id: string): Promise<TaskRow> {
    return this.database.read.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  }

  jobs(id: string): Promise<JobRow[]> {
    return this.database.read.selectFrom('jobs').selectAll().where('task', '=', id).orderBy('path').execute()
  }

  /** The task at its end. */
  async ended(id: string): Promise<TaskRow> {
    for (;;) {
      const changed = once(this.#events, `changed ${id}`)
      const task = await this.task(id)
      if (['COMPLETED', 'FAILED', 'ABORTED'].includes(task.status)) return task
      await Promise.race([changed, this.#gone()])
      if (this.#child?.exitCode !== null || this.#child.signalCode !== null) throw new Error(`it died: ${this.#errors}`)
    }
  }

  async outputs(task: TaskRow): Promise<Values> {
    return JSON.parse(await loadJson(this.database.read, task.outputs))
  }

  /** The text of a file of the project. */
  async text(id: string): Promise<string> {
    const row = await this.database.read.selectFrom('files').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    return Buffer.from(await this.contents.read(row.content!, 100_000)).toString()
  }
}

/** The process of a document; throws when it is not valid. */
export async function processOf(text: string): Promise<Process> {
  const loaded = await loadProcess({ uri: 'app.cwl', text, fetcher: noFetcher })
  if (!loaded.process) throw new Error(loaded.problems.map(problem => problem.message).join('\n'))
  return loaded.process
}
