import { existsSync } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { Kysely } from 'kysely'
import { LIMITS } from '../limits/table.ts'
import { processClock } from './clock.ts'
import { DatabaseError, isFull } from './errors.ts'
import { withFailpoints } from './failing.ts'
import type { Database } from './index.ts'
import { migrate } from './migrations/migrate.ts'
import { networkFileSystemOf } from './network-file-systems.ts'
import { refusingOthers } from './own-handle.ts'
import { pairFolder, refuseMarked } from './pairing.ts'
import { isPostgres } from './postgres/address.ts'
import type { Schema } from './schema.ts'
import { Client } from './sqlite/client.ts'
import { readsDialect, threadDialect } from './sqlite/dialect.ts'
import type { Control, ThreadEvent } from './sqlite/protocol.ts'

/**
 * What another thread of this process needs to use the same database: with SQLite two ports, to be sent in the transfer list;
 * with PostgreSQL its address.
 */
export type DatabaseLink = Ports | { url: string }

interface Ports {
  writer: MessagePort
  reader: MessagePort
}

/** Milliseconds that a statement of a slow read may take. */
const PATIENCE = LIMITS['search-seconds'].standard * 1000

export interface OpenDatabase extends Database {
  /** A link for one more thread, which makes its own handle of it by `connectDatabase`. */
  connect(): DatabaseLink
}

export interface DatabaseOptions {
  /** of a PostgreSQL database; without it the rows are in a file of the data folder */
  url?: string | undefined
  /** milliseconds that a transaction may hold the writer, or do nothing */
  holdLimit?: number
  /** called when the file found no room on its disk and the ballast was thrown off */
  full?: () => void
  /** milliseconds that a statement of a slow read may take */
  patience?: number | undefined
}

/**
 * Opens the rows of a data folder (seam: SQLite in the folder, or PostgreSQL by its address). Rejects with DatabaseError when
 * they can't be opened, or were made by a newer version.
 */
export async function openDatabase(dataFolder: string, options: DatabaseOptions = {}): Promise<OpenDatabase> {
  const { url, holdLimit, patience = PATIENCE } = options
  if (url === undefined) return refusingOthers(withFailpoints(await openFile(dataFolder, { ...options, patience })))
  if (!isPostgres(url)) throw new DatabaseError('the address of a database looks like postgres://user@host/name')
  const { openPostgres } = await import('./postgres/open.ts')
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  const database = await openPostgres({ url, holdLimit, patience })
  try {
    await pairFolder(dataFolder, database)
  } catch (error) {
    await database.close()
    throw error
  }
  return { ...refusingOthers(withFailpoints(database)), connect: () => ({ url }) }
}

/**
 * The file of the data folder, making folder and tables when they are not there. One thread owns the file for writing, one
 * reads beside it, and one, from its first statement on, is for slow reads, which all others would wait for (sqlite/). Rejects with DatabaseError when the folder lies on a network file system
 * or the file was made by a newer version.
 */
async function openFile(
  dataFolder: string,
  { holdLimit, full, patience = PATIENCE }: DatabaseOptions,
): Promise<OpenDatabase> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  await refuseNetworkFileSystem(dataFolder)
  await refuseMarked(dataFolder)
  const path = join(dataFolder, 'reprise.sqlite')
  // for the owner alone, and the write-ahead log takes over its mode; one that is there is not opened here, since closing
  // any descriptor of a file frees this process's locks on it
  if (!existsSync(path)) await (await open(path, 'a', 0o600)).close()
  const threads = [
    startThread('./sqlite/writer.ts', { path, holdLimit }),
    startThread('./sqlite/reader.ts', { path }),
  ] as const
  const started = await Promise.allSettled(threads)
  const failed = started.find(thread => thread.status === 'rejected')
  if (failed) {
    for (const thread of started) if (thread.status === 'fulfilled') await stopThread(thread.value)
    throw failed.reason
  }
  const [writer, reader] = await Promise.all(threads)
  writer.on('message', (event: ThreadEvent) => {
    if (event.type === 'full') full?.()
  })
  const connect = (): { writer: MessagePort; reader: MessagePort } => ({
    writer: portTo(writer),
    reader: portTo(reader),
  })
  const database = connectThreads(connect())
  const slow = new LateThread(() => startThread('./sqlite/reader.ts', { path, patience }))
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= end()
    return closing
  }
  const end = async () => {
    await database.close()
    await slow.stop()
    await stopThread(reader)
    await stopThread(writer)
  }
  try {
    await migrate(database.write)
  } catch (error) {
    await close()
    throw error
  }
  return { read: database.read, slow: slowReads(slow), write: database.write, clock: processClock(), connect, close }
}

/**
 * A handle on the database of another thread. Closing it leaves the database open.
 * @param patient with PostgreSQL: calls wait while the database is away, however long
 */
export async function connectDatabase(link: DatabaseLink, patient = false): Promise<Database> {
  if (!('url' in link)) return refusingOthers(withFailpoints(connectThreads(link)))
  const { connectPostgres } = await import('./postgres/open.ts')
  return refusingOthers(withFailpoints(connectPostgres({ url: link.url, patient })))
}

function connectThreads(ports: Ports): Database {
  const reads = new Client(ports.reader)
  const writes = new Client(ports.writer)
  const read = new Kysely<Schema>({ dialect: threadDialect(reads) })
  const writer = new Kysely<Schema>({ dialect: threadDialect(writes) })
  const blind = new Kysely<Schema>({ dialect: threadDialect(writes, true) })
  return {
    read,
    slow: read,
    write: (body, how) => whenRoom(() => (how === 'blind' ? blind : writer).transaction().execute(body)),
    clock: processClock(),
    close: async () => {
      reads.close()
      writes.close()
    },
  }
}

/** Milliseconds that a transaction is tried again for on a disk that is full: what fills it is being ended meanwhile. */
const FULL_PATIENCE = 5000
const LONGEST_PAUSE = 200

/** A transaction that found no room has left nothing, and is run again. */
async function whenRoom<T>(run: () => Promise<T>): Promise<T> {
  const until = performance.now() + FULL_PATIENCE
  for (let wait = 10; ; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
    try {
      return await run()
    } catch (error) {
      if (!isFull(error) || performance.now() > until) throw error
      await pause(wait)
    }
  }
}

/** A thread that is started when it is first asked for something, and its client. */
class LateThread {
  readonly #start: () => Promise<Worker>
  #started: Promise<{ thread: Worker; client: Client }> | undefined
  #stopped = false

  constructor(start: () => Promise<Worker>) {
    this.#start = start
  }

  async client(): Promise<Client> {
    if (this.#stopped) throw new DatabaseError('the database is closed')
    this.#started ??= this.#start().then(thread => ({ thread, client: new Client(portTo(thread)) }))
    try {
      return (await this.#started).client
    } catch (error) {
      this.#started = undefined
      throw error
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    // what did not start needs no stop; who waited for the start was told
    const started = await this.#started?.catch(() => undefined)
    started?.client.close()
    if (started) await stopThread(started.thread)
  }
}

function slowReads(thread: LateThread): Kysely<Schema> {
  // 0: outside a transaction
  return new Kysely<Schema>({ dialect: readsDialect(async statement => (await thread.client()).query(0, statement)) })
}

/** MiB; what a statement's rows leave is short-lived and small. */
const YOUNG = 16

function startThread(file: string, workerData: object): Promise<Worker> {
  const thread = new Worker(new URL(file, import.meta.url), {
    workerData,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG },
  })
  return new Promise((resolve, reject) => {
    thread.once('error', reject)
    thread.once('message', (event: ThreadEvent) => {
      thread.off('error', reject)
      if (event.type === 'failed') reject(new DatabaseError(`the database can't be opened: ${event.message}`))
      else resolve(thread)
    })
  })
}

function stopThread(thread: Worker): Promise<void> {
  return new Promise(resolve => {
    thread.once('exit', () => resolve())
    thread.postMessage({ type: 'close' } satisfies Control)
  })
}

function portTo(thread: Worker): MessagePort {
  const { port1, port2 } = new MessageChannel()
  thread.postMessage({ type: 'connect', port: port2 }, [port2])
  return port1
}

async function refuseNetworkFileSystem(folder: string): Promise<void> {
  const name = await networkFileSystemOf(folder)
  if (!name) return
  throw new DatabaseError(
    `the data folder ${folder} is on a network file system (${name}), where SQLite can lose rows: choose a folder on a local disk`,
  )
}
