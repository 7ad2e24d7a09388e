import { mkdir } from 'node:fs/promises'
import { checkIsolation, type JobIsolation } from '@reprise/runner'
import { openDatabase } from './database/open.ts'
import { lockDataFolder } from './execution/lock.ts'
import { startWorker } from './execution/start-worker.ts'
import type { ServeOptions } from './serve.ts'
import { Shutdown } from './shutdown.ts'

export interface SharedWorkerOptions
  extends Pick<
    ServeOptions,
    'data' | 'isolation' | 'imageMap' | 'registryAuth' | 'allowNetwork' | 'prices' | 'volumes' | 'limits'
  > {
  /** address of the PostgreSQL database */
  database: string
  /** milliseconds after which another worker may take over from one that is not heard of */
  lease?: number
  trouble(message: string, task?: string): void
}

export interface SharedWorker {
  means: JobIsolation
  /** Gives up its tasks; running jobs run on, and are adopted by another worker of this machine. */
  close(): Promise<void>
}

/**
 * Starts a worker that shares the tasks of a PostgreSQL database with others. Rejects with FolderInUseError when a server
 * has the data folder to itself, IsolationError when jobs can't be isolated as asked, DatabaseError when the rows can't be opened.
 */
export async function startSharedWorker(options: SharedWorkerOptions): Promise<SharedWorker> {
  const { data, database: url, imageMap: map, registryAuth: auth, allowNetwork = false, lease, trouble } = options
  const { prices, volumes, limits } = options
  await mkdir(data, { recursive: true, mode: 0o700 })
  const ending = new Shutdown()
  ending.add('the lock of the data folder', lockDataFolder(data, true))
  try {
    const database = await openDatabase(data, { url })
    ending.add('the database', () => database.close())
    const means = checkIsolation(options.isolation ?? 'auto', data)
    const worker = await startWorker({
      dataFolder: data,
      database: Promise.resolve(database),
      means,
      images: { map, auth },
      allowNetwork,
      prices,
      volumes,
      limits,
      trouble,
      ...(lease === undefined ? {} : { lease }),
    })
    ending.add('the worker', () => worker.stop())
    return { means: await means, close: () => ending.run() }
  } catch (error) {
    // what kept it from starting is what there is to say
    await ending.run().catch(() => undefined)
    throw error
  }
}
