/**
 * The worker: a thread of the server that drives every task from QUEUED to its end.
 *
 *   1. With SQLite the server holds the data folder's lock (lock.ts), so there is one worker at a time; with PostgreSQL several
 *      share the tasks by leases (shared-owner.ts). Either way it takes a claim number that only grows, and every
 *      transaction of its begins by checking it: whoever wakes up late can write nothing.
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

import { mkdir } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { createEvaluator } from '@reprise/cwl'
import {
  type ImageSettings,
  Images,
  type JobIsolation,
  jobUser,
  MachinePrograms,
  Reader,
  sweepGroups,
} from '@reprise/runner'
import { connectDatabase, type DatabaseLink } from '../database/open.ts'
import { announce } from '../database/postgres/announce.ts'
import { nextClaim } from '../database/task-states.ts'
import { DigestFiller } from '../digests/filler.ts'
import type { Prices } from '../domain/prices.ts'
import type { FromWorker, ToWorker } from '../domain/worker-messages.ts'
import { LocalExecutor } from '../executor/local.ts'
import { type Limits, withLimits } from '../limits/limits.ts'
import { modelCache } from '../records/models.ts'
import { LateKeys } from '../reuse/late-keys.ts'
import { RunningJobs } from '../reuse/running.ts'
import { StoredParts } from '../reuse/stored-parts.ts'
import { Scheduler } from '../scheduling/scheduler.ts'
import { Contents } from '../storage/contents.ts'
import { DiskSpace } from '../storage/disk-space.ts'
import type { VolumeSettings } from '../storage/volumes/volumes.ts'
import { DiskWatch } from './disk-watch.ts'
import { Dispatch } from './dispatch.ts'
import { SingleOwner } from './owner.ts'
import { Planner } from './planning/planner.ts'
import { BEAT, LEASE, SharedOwner } from './shared-owner.ts'
import { Tasks } from './tasks.ts'
import { workFolders } from './work-folders.ts'
import type { WorkerContext } from './worker-context.ts'

export interface WorkerData {
  dataFolder: string
  allowNetwork: boolean
  prices: Prices
  images: Omit<ImageSettings, 'engine'>
  /** milliseconds of a lease, where workers share the tasks */
  lease?: number | undefined
  /** the claim of an earlier worker of this process, which is dead */
  after?: number | undefined
  volumes: VolumeSettings | undefined
  /** where they are not the usual */
  limits?: Partial<Limits> | undefined
  /** room that the process's threads were granted */
  granted?: SharedArrayBuffer | undefined
}

/** The first message: what was not there yet when the thread started. */
export interface WorkerStart {
  link: DatabaseLink
  means: JobIsolation
}

const MIB = 1024 * 1024

const {
  dataFolder,
  allowNetwork,
  prices,
  images: settings,
  volumes,
  limits = {},
  granted,
  lease,
  after,
}: WorkerData = workerData
const server = parentPort
if (!server) throw new Error('the worker runs as a thread')
const tell = (message: FromWorker) => server.postMessage(message)

const { link, means } = await new Promise<WorkerStart>(resolve => server.once('message', resolve))
const shared = 'url' in link
const database = await connectDatabase(link, true)
const contents = new Contents({
  database,
  folder: dataFolder,
  shared,
  volumes,
  room: new DiskSpace(dataFolder, granted, 1),
})
const folders = await workFolders(dataFolder, shared)
await mkdir(folders.workFolder, { recursive: true, mode: 0o711 })
sweepGroups()
const fenced = () => process.exit(1)
const owner = shared
  ? await SharedOwner.join({ database, url: link.url, lease, after, fenced, heard: hear, trouble: reportError })
  : new SingleOwner(database, await database.write(nextClaim))
const all = withLimits(limits)
const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)
const dispatch = new Dispatch(new LocalExecutor())
const lateKeys = new LateKeys(database, contents)
const context: WorkerContext = {
  database,
  contents,
  owner,
  scheduler: new Scheduler(
    { cores: availableParallelism(), ram: memory / MIB },
    { minimum: { cores: 1 / all['jobs-per-core'], ram: all['memory-per-job'] / MIB } },
  ),
  dispatch,
  evaluator: createEvaluator({ result: all['expression-bytes'], values: all['job-values'] }),
  models: modelCache(),
  means,
  reader: means.base === 'sandbox' && jobUser() !== undefined ? new Reader(folders.workFolder) : undefined,
  images: means.engine && new Images({ engine: means.engine, ...settings }),
  allowNetwork,
  prices,
  limits: all,
  digests: new DigestFiller(database, contents),
  programs: new MachinePrograms(),
  running: new RunningJobs(),
  storedParts: new StoredParts(),
  lateKeys,
  disk: new DiskWatch(dataFolder),
  submitted: async made => {
    if (shared) await announce(database.read, { type: 'look' } satisfies ToWorker)
    await tasks.childrenMade(made)
  },
  ...folders,
}
const tasks: Tasks = new Tasks(context, {
  changed: task => tell({ type: 'changed', task }),
  trouble: reportError,
  fenced,
})
const planner = new Planner(context, { alone: !shared, trouble: reportError })

server.on('message', hear)
await tasks.recover()
await planner.start()
if (shared) watchStrays((lease ?? LEASE) * BEAT)
tell({ type: 'ready', claim: owner.claim })
lateKeys.fillAll().catch(error => reportError(error))
contents.hashMissing(new AbortController().signal, reportError).catch(error => reportError(error))

/** One look after the other: without a way to the database the one that asks it waits, and marks are still looked for. */
function watchStrays(every: number): void {
  let clearing: Promise<void> | undefined
  const clear = async () => {
    await tasks.endMarked()
    clearing ??= tasks.clearStrays().finally(() => {
      clearing = undefined
    })
    await clearing
  }
  setInterval(() => clear().catch(error => reportError(error)), every).unref()
}

function hear(message: ToWorker): void {
  handle(message).catch(error => reportError(error))
}

async function handle(message: ToWorker): Promise<void> {
  if (message.type === 'queued') await tasks.queued(message.task)
  else if (message.type === 'abort') await tasks.abort(message.task)
  else if (message.type === 'plan') planner.makeWaiting()
  else if (message.type === 'look') {
    planner.makeWaiting()
    await tasks.claimAll()
  } else {
    await owner.release()
    tell({ type: 'stopped' })
    process.exit(0)
  }
}

function reportError(error: unknown, task?: string): void {
  tell({ type: 'trouble', message: describe(error), ...(task === undefined ? {} : { task }) })
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
