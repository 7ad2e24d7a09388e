/**
 * The worker: a thread of the server that drives every task from QUEUED to its end.
 *
 *   1. The server holds the data folder's lock (lock.ts), so there is one worker at a time; still it takes a claim number
 *      that only grows, and every transaction of its begins by checking it: whoever wakes up late can write nothing.
 *   2. It takes every task that is CREATING, QUEUED, RUNNING or ABORTING: what an earlier worker left (tasks.ts). For each,
 *      the jobs that settled are loaded in bulk and handed to the engine as they were recorded; running attempts are
 *      adopted, lost ones started again (host.ts, attempts.ts).
 *   3. Then it waits for messages: a task was queued, a task is to be aborted, stop. A message that is lost, because the
 *      server died after the commit, is made up for by step 2 of the next start.
 *   4. Told to stop, it leaves at once. Jobs run on without it; a publication that was under way is done again.
 *
 * Many tasks and jobs are under way at once, all of them waiting for events; nothing here polls, and no thread or process
 * belongs to a task.
 */
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { createEvaluator } from '@reprise/cwl'
import { type ImageSettings, Images, type Means } from '@reprise/runner'
import type { Prices } from '../billing/prices.ts'
import { connectDatabase, type DatabaseLink } from '../database/open.ts'
import { takeClaim } from '../database/task-states.ts'
import { LocalExecutor } from '../executor/local.ts'
import { Scheduler } from '../scheduling/scheduler.ts'
import { Contents } from '../storage/contents.ts'
import type { VolumeSettings } from '../storage/volumes/volumes.ts'
import { modelCache } from '../tasks/models.ts'
import { Dispatch } from './dispatch.ts'
import type { FromWorker, ToWorker } from './messages.ts'
import { Tasks } from './tasks.ts'

export interface WorkerData {
  dataFolder: string
  allowNetwork: boolean
  prices: Prices
  images: Omit<ImageSettings, 'engine'>
  volumes: VolumeSettings | undefined
}

/** The first message: what was not there yet when the thread started. */
export interface WorkerStart {
  link: DatabaseLink
  means: Means
}

const MIB = 1024 * 1024

const { dataFolder, allowNetwork, prices, images: settings, volumes }: WorkerData = workerData
const server = parentPort
if (!server) throw new Error('the worker runs as a thread')
const tell = (message: FromWorker) => server.postMessage(message)

const { link, means } = await new Promise<WorkerStart>(resolve => server.once('message', resolve))
const database = await connectDatabase(link, true)
const contents = new Contents({ database, folder: dataFolder, volumes })
const claim = await database.write(takeClaim)
const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)
const tasks: Tasks = new Tasks(
  {
    database,
    contents,
    claim,
    scheduler: new Scheduler({ cores: availableParallelism(), ram: memory / MIB }),
    dispatch: new Dispatch(new LocalExecutor()),
    evaluator: createEvaluator(),
    models: modelCache(),
    means,
    images: means.engine && new Images({ engine: means.engine, ...settings }),
    allowNetwork,
    prices,
    submitted: () => tasks.takeAll(),
    workFolder: join(dataFolder, 'work'),
  },
  {
    changed: task => tell({ type: 'changed', task }),
    trouble: (error, task) => tell({ type: 'trouble', message: describe(error), task }),
    fenced: () => process.exit(1),
  },
)

server.on('message', (message: ToWorker) => {
  if (message.type === 'stop') {
    tell({ type: 'stopped' })
    process.exit(0)
  }
  handle(message).catch(error => tell({ type: 'trouble', message: describe(error) }))
})
await tasks.recover()
tell({ type: 'ready' })
contents.hashMissing(new AbortController().signal).catch(error => tell({ type: 'trouble', message: describe(error) }))

async function handle(message: Exclude<ToWorker, { type: 'stop' }>): Promise<void> {
  if (message.type === 'queued') await tasks.queued(message.task)
  else if (message.type === 'abort') await tasks.abort(message.task)
  else await tasks.takeAll()
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
