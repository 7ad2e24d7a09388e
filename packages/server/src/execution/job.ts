import { dirname } from 'node:path'
import { setTimeout as pauseFor } from 'node:timers/promises'
import { JobFailure, type JobPlan } from '@reprise/cwl'
import {
  type ExitRecord,
  isSameJob,
  type JobSpecification,
  Left,
  LostAttempt,
  readSpecification,
  removeQuickly,
  type SpecifyOptions,
  specify,
} from '@reprise/runner'
import { CannotFitError, type Request, type Slot } from '../scheduling/scheduler.ts'
import { freeDiskSpace } from '../storage/disk-space.ts'
import type { Attempt } from './attempts.ts'
import type { Dispatch } from './dispatch.ts'
import type { EndedJob } from './ended-job.ts'
import { serverEndedJob as endedFor } from './failure.ts'
import { reserveCopies } from './reserve-copies.ts'
import type { TaskRun } from './task-run.ts'

/** Starts of a job that this server gives it before the job counts as failed. */
const STARTS = 3

/** Tries to end a job. */
const KILLS = 100

/** Of the machine's memory, what a job may use whose tool states nothing. */
const MEMORY = 0.95

/** A job that is waited for. */
export interface Joined {
  ended: Promise<void>
}

export interface RunOptions {
  /** aborts the job, running or not */
  signal: AbortSignal
  /** withdraws it while it waits for its turn */
  withdraw: AbortSignal
  started(attempt: Attempt): void
  /** asked when it has its place: the end of a job that runs already and that it would be the same as */
  joins?(): Promise<Joined | undefined>
}

/**
 * Brings a job to the end of its processes: waits for cores and memory, starts an attempt and waits for its end. An attempt
 * that an earlier server started is waited for instead. One whose processes vanish without an exit record is followed by
 * another. One that would be the same as a job that runs already gives its place back, to wait for that. Rejects with JobFailure when it can never fit, is lost too often or takes the reserve of the disk, with the signal's reason when aborted, and
 * then nothing of it runs any more.
 */
export async function runJob(
  task: TaskRun,
  plan: JobPlan,
  options: RunOptions,
): Promise<EndedJob | { joined: Promise<void> }> {
  const attempt = await currentAttempt(task, plan)
  const found = attempt.found
  if (found && 'exitCode' in found) return { attempt, record: found, leave: () => undefined }
  const slot = found ? task.context.scheduler.occupy(requestOf(task, plan)) : await enter(task, plan, options)
  try {
    if (found) {
      options.started(attempt)
      const record = await endOf(task, plan, attempt, found.ended, options.signal)
      if (record) return { attempt, record, leave: slot.leave }
    }
    const joined = found ? undefined : await options.joins?.()
    if (joined) {
      slot.leave()
      return { joined: joined.ended }
    }
    const first = found ? await task.attempts.next(plan.path, attempt) : attempt
    return { ...(await start(task, plan, first, options)), leave: slot.leave }
  } catch (error) {
    slot.leave()
    throw error
  }
}

/**
 * The attempt as it was found, or a new one: what an earlier server started as something else than what is planned now, because it
 * was of another version or had other options, is ended and settles as nothing.
 */
async function currentAttempt(task: TaskRun, plan: JobPlan): Promise<Attempt> {
  const attempt = task.attempts.get(plan.path)
  if (!attempt.found) return attempt
  const [started, planned] = await Promise.all([
    readSpecification(attempt.folder),
    specificationOf(task, plan, attempt, { materialise: async () => '/' }),
  ])
  if (started && isSameJob(started, planned)) return attempt
  // its end is waited for here
  if (!('exitCode' in attempt.found)) attempt.found.ended.catch(() => undefined)
  await cancel(task.context.dispatch, attempt.folder)
  return await task.attempts.next(plan.path, attempt)
}

function specificationOf(
  { context, record, folders }: TaskRun,
  plan: JobPlan,
  attempt: Attempt,
  options: Pick<SpecifyOptions, 'materialise' | 'fileLimit'>,
): Promise<JobSpecification> {
  return specify(
    { ...plan, stage: folders.expand(plan.stage) },
    {
      attempt: attempt.folder,
      means: context.means,
      memory: Math.floor(context.scheduler.capacity.ram * MEMORY),
      network: record.network && context.allowNetwork,
      ...options,
    },
  )
}

async function enter(task: TaskRun, plan: JobPlan, options: RunOptions): Promise<Slot> {
  try {
    return await task.context.scheduler.enter(requestOf(task, plan), options.signal, options.withdraw)
  } catch (error) {
    if (error instanceof CannotFitError)
      throw new JobFailure(plan.path, `Step ${plan.path} can never run here: ${error.message}`)
    throw error
  }
}

async function start(
  task: TaskRun,
  plan: JobPlan,
  first: Attempt,
  options: RunOptions,
): Promise<Omit<EndedJob, 'leave'>> {
  const { context } = task
  let attempt = first
  for (let starts = 1; ; starts++) {
    options.signal.throwIfAborted()
    options.withdraw.throwIfAborted()
    const room = await freeDiskSpace(dirname(context.workFolder))
    if (room === 0) {
      throw new JobFailure(
        plan.path,
        `Step ${plan.path} was not started: the disk of the data folder is full but for what the server itself needs.`,
      )
    }
    const specification = await specificationOf(task, plan, attempt, {
      materialise: location => task.materialise(location),
      fileLimit: Math.min(room, context.limits['output-bytes']),
    })
    await context.owner.leaseIsCurrent()
    options.signal.throwIfAborted()
    const copies = await reserveCopies(context.contents.room, plan.path, specification)
    options.started(attempt)
    const ended = context.dispatch.run({ attempt: attempt.folder, specification }, () => copies.end())
    // that it failed is told by the wait below; the copies are not needed any more
    ended.catch(() => copies.end())
    const exit = await endOf(task, plan, attempt, ended, options.signal)
    if (exit) return { attempt, record: exit }
    if (starts === STARTS) {
      throw new JobFailure(
        plan.path,
        `Step ${plan.path} was started ${STARTS} times and vanished each time: was it killed?`,
      )
    }
    attempt = await task.attempts.next(plan.path, attempt)
  }
}

/**
 * The exit record; undefined when the attempt is lost. While it runs, and until it is known that its outputs leave the reserve
 * of the disk alone, it may be the one that is ended for it: what it wrote is then gone when this rejects.
 */
async function endOf(
  task: TaskRun,
  plan: JobPlan,
  attempt: Attempt,
  ended: Promise<ExitRecord>,
  signal: AbortSignal,
): Promise<ExitRecord | undefined> {
  const { dispatch, disk } = task.context
  let killed: Promise<void> | undefined
  const kill = () => {
    killed ??= cancel(dispatch, attempt.folder)
    // it is waited for below
    killed.catch(() => undefined)
  }
  signal.addEventListener('abort', kill, { once: true })
  if (signal.aborted) kill()
  const overfull = new AbortController()
  const watched = disk.watch(attempt.folder, () => {
    kill()
    overfull.abort()
  })
  try {
    const record = await ended.catch(error => {
      if (error instanceof LostAttempt) return undefined
      throw error
    })
    signal.throwIfAborted()
    if (!overfull.signal.aborted) await Promise.race([disk.reserveRestored(), aborted(overfull.signal)])
    if (watched.reason === undefined) return record
    await killed
    const failure = await endedFor(
      plan,
      attempt,
      new Left(attempt.folder, { reader: task.context.reader }),
      watched.reason,
    )
    await removeQuickly(attempt.folder)
    throw failure
  } finally {
    signal.removeEventListener('abort', kill)
    await killed
    watched.leave()
  }
}

/** The mark that comes before the kill finds no place on a disk without a free block, until somebody has freed one. */
async function cancel(dispatch: Dispatch, attempt: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await dispatch.cancel([attempt])
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC' || tries === KILLS) throw error
      await pauseFor(100)
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}

function requestOf(task: TaskRun, plan: JobPlan): Request {
  const { cores, ram } = plan.resources
  return { user: task.user, batch: task.batch, task: task.id, parallel: task.record.parallel, cores, ram }
}
