import { Worker } from 'node:worker_threads'
import { closeInherited, type ImageSettings, type JobIsolation } from '@reprise/runner'
import type { OpenDatabase } from '../database/open.ts'
import { FREE, type Prices } from '../domain/prices.ts'
import type { FromWorker, ToWorker } from '../domain/worker-messages.ts'
import type { Limits } from '../limits/limits.ts'
import type { VolumeSettings } from '../storage/volumes/volumes.ts'
import type { WorkerData, WorkerStart } from './worker.ts'

export interface WorkerOptions {
  dataFolder: string
  /** may still be on its way, as the means: the thread starts beside them */
  database: Promise<OpenDatabase>
  means: Promise<JobIsolation>
  images: Omit<ImageSettings, 'engine'>
  allowNetwork: boolean
  /** milliseconds of a lease, where workers share the tasks of one PostgreSQL database */
  lease?: number
  /** nothing costs anything when not given */
  prices?: Prices | undefined
  volumes?: VolumeSettings | undefined
  /** budgets and limits, where they are not the usual */
  limits?: Partial<Limits> | undefined
  /** room that other threads of the process were granted, from `grants()` */
  granted?: SharedArrayBuffer | undefined
  trouble(message: string, task?: string): void
  /** the worker is done with the task: it has ended, or its rows can't be written */
  changed?(task: string): void
}

export interface WorkerHandle {
  send(message: ToWorker): void
  /** False from the death of a worker until its successor is there. */
  alive(): boolean
  /** Resolves when the thread has ended. Running jobs run on. */
  stop(): Promise<void>
}

/** MiB of JavaScript heap that the worker may use; the API's is apart from it. */
const MEMORY = 2048
/** Milliseconds between a worker's death and its successor. */
const PAUSE = 1000

/**
 * Starts the worker's thread; resolves when it has taken over what an earlier one left. One that dies is followed by
 * another, which takes a new claim: its tasks go on as after a restart of the server.
 */
export async function startWorker(options: WorkerOptions): Promise<WorkerHandle> {
  let { thread, claim } = await startThread(options)
  let stopping = false
  let timer: NodeJS.Timeout | undefined
  let replacing: Promise<void> | undefined
  const replaceIn = (pause: number) => {
    timer = setTimeout(() => {
      replacing = replace()
    }, pause)
  }
  const follow = () => {
    thread.once('exit', () => {
      if (stopping) return
      options.trouble('the worker has died and is started again')
      replaceIn(PAUSE)
    })
  }
  const replace = async () => {
    try {
      const successor = await startThread(options, claim)
      thread = successor.thread
      claim = successor.claim
      follow()
      thread.postMessage({ type: 'look' } satisfies ToWorker)
    } catch (error) {
      if (stopping) return
      options.trouble(`the worker does not start: ${error instanceof Error ? error.message : error}`)
      replaceIn(PAUSE * 10)
    }
  }
  follow()
  return {
    send: message => thread.postMessage(message),
    alive: () => thread.threadId !== -1,
    async stop() {
      stopping = true
      clearTimeout(timer)
      // one that is being started while this is asked for is stopped as any other
      await replacing
      if (thread.threadId === -1) return
      const ended = new Promise<void>(resolve => thread.once('exit', () => resolve()))
      thread.postMessage({ type: 'stop' } satisfies ToWorker)
      await ended
    },
  }
}

interface Started {
  thread: Worker
  claim: number
}

/** @param after the claim of the one before, which is dead */
async function startThread(options: WorkerOptions, after?: number): Promise<Started> {
  const { dataFolder, allowNetwork, images, volumes, limits, lease, trouble, granted, prices = FREE } = options
  closeInherited()
  const thread = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: {
      dataFolder,
      allowNetwork,
      prices,
      images,
      volumes,
      limits,
      lease,
      after,
      granted,
    } satisfies WorkerData,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY },
  })
  const ready = new Promise<Started>((resolve, reject) => {
    const early = () => reject(new Error('it ended before it was ready'))
    thread.on('error', error => {
      trouble(`the worker: ${error instanceof Error ? (error.stack ?? error.message) : error}`)
      reject(error)
    })
    thread.once('exit', early)
    thread.on('message', (message: FromWorker) => {
      if (message.type === 'trouble') trouble(message.message, message.task)
      if (message.type === 'changed') options.changed?.(message.task)
      if (message.type !== 'ready') return
      thread.off('exit', early)
      resolve({ thread, claim: message.claim })
    })
  })
  try {
    const [database, means] = await Promise.all([options.database, options.means])
    const link = database.connect()
    thread.postMessage({ link, means } satisfies WorkerStart, 'url' in link ? [] : [link.writer, link.reader])
    return await ready
  } catch (error) {
    // the reason why it is ended is the one to tell
    ready.catch(() => undefined)
    await thread.terminate()
    throw error
  }
}
