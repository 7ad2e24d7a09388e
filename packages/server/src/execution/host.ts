/**
 * The server's side of the engine, for one task. The engine says which job is ready and what its outputs are; this says
 * where and when it runs and keeps what settled. The way of a job:
 *
 *   1. `recall`: it settled under an earlier worker; its outputs, or its failure, are taken as they were recorded and nothing runs.
 *   2. `layout`: its attempt's folder is chosen, before it is planned. What an earlier worker left is found here.
 *   3. `run`: it takes the result of another job that is the same (keyed-job.ts); else it waits for cores and memory, runs (job.ts), and when its processes are dead its outputs are collected by
 *      the engine, brought into the storage (outputs.ts), and published in one transaction with its row (journal.ts).
 *
 * A crash before that transaction leaves the attempt's folder with its exit record: the next worker collects and publishes
 * it without running it again. A crash after it leaves a settled job, and the folder is removed with the task's. Bytes that
 * came into the storage for a transaction that was not made have no row, and nobody sees them.
 *
 * After the first failure nothing new starts, under this worker or the next: jobs that wait for their turn are withdrawn. What runs
 * finishes and is kept.
 */

import {
  type Capacity,
  type ContainerRequest,
  type EngineEvent,
  type FileAccess,
  type Host,
  JobFailure,
  type JobPlan,
  type JobWork,
  type Layout,
  type Values,
} from '@reprise/cwl'
import { isolationOf, Left, viewOf } from '@reprise/runner'
import type { Write } from '../database/index.ts'
import type { JobRow } from '../database/schema.ts'
import { hashed, storeHashed } from '../database/values.ts'
import { jobsHolder } from '../domain/holders.ts'
import { costOf } from '../domain/prices.ts'
import { failpoint } from '../failpoints.ts'
import { circumstancesOf } from '../records/circumstances.ts'
import type { Attempt } from './attempts.ts'
import { contentAccess } from './content-access.ts'
import type { EndedJob } from './ended-job.ts'
import { asFailure, explainFailure } from './failure.ts'
import { holdAhead } from './hold-ahead.ts'
import { runJob } from './job.ts'
import { jobRow } from './job-row.ts'
import { KeyedJob } from './keyed-job.ts'
import { type Logs, takeLogs, writeLogs } from './logs.ts'
import { takeLiterals, takeOutputs } from './outputs.ts'
import { parseOutputs, type TaskRun } from './task-run.ts'
import { unlessAborted } from './unless-aborted.ts'

/** Rows of the logs of one job, about. */
const LOGS = 10

interface Failed {
  row: JobRow
  plan: JobPlan
  ended: EndedJob
  left: Left
  logs: Logs
}

export class TaskHost implements Host {
  readonly files: FileAccess
  readonly machine: Capacity
  readonly containers: boolean
  /** the first failure of the task */
  failure: JobFailure | undefined
  readonly #task: TaskRun
  readonly #withdraw = new AbortController()
  readonly #running = new Set<Promise<Values>>()

  constructor(task: TaskRun) {
    this.#task = task
    this.machine = task.context.scheduler.capacity
    this.containers = task.record.images !== undefined
    this.files = contentAccess(task.context.contents, task, task.record.beside)
    for (const [path, message] of task.failed) this.#fail(new JobFailure(path, message))
  }

  /** Throws JobFailure for a job that failed under an earlier worker. */
  recall(path: string): Values | undefined {
    const failed = this.#task.failed.get(path)
    if (failed !== undefined) throw new JobFailure(path, failed)
    const json = this.#task.settled.get(path)
    return json === undefined ? undefined : this.#task.updates.settle(parseOutputs(json))
  }

  async layout(path: string, container?: ContainerRequest): Promise<Layout> {
    const { attempts, context, record } = this.#task
    const image = container && record.images?.[container.image]
    const isolation = isolationOf({ container: image === undefined ? undefined : { id: image } }, context.means)
    const { folder } = await attempts.open(path, isolation)
    const view = viewOf(folder, isolation, container?.outdir)
    return image === undefined ? view : { ...view, image }
  }

  run(plan: JobPlan, work: JobWork, signal: AbortSignal, running: () => void): Promise<Values> {
    const job = this.#run(plan, work, signal, running)
    this.#running.add(job)
    const done = () => this.#running.delete(job)
    job.then(done, done)
    return job
  }

  /** Resolves when none of the task's jobs runs or is being published. */
  async drained(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running)
    await this.#task.journal.drained()
  }

  async #run(plan: JobPlan, work: JobWork, signal: AbortSignal, running: () => void): Promise<Values> {
    const row = jobRow(this.#task.id, plan)
    this.#warn(plan)
    const keyed = new KeyedJob(this.#task, plan, work, this.#task.attempts.get(plan.path))
    const withdraw = this.#withdraw.signal
    const started = (attempt: Attempt) => {
      Object.assign(row, { status: 'RUNNING', attempt: attempt.number, retried: attempt.retried ? 1 : 0 })
      row.started ??= Date.now()
      this.#task.journal.note(row)
      running()
    }
    try {
      for (let isNoted = false; ; ) {
        // after a failure nothing new is settled, taken or run
        const taken = signal.aborted || withdraw.aborted ? undefined : await keyed.takeResult(row)
        if (taken) return taken
        if (!isNoted) this.#task.journal.note(row)
        isNoted = true
        const ended = await runJob(this.#task, plan, { signal, withdraw, started, joins: () => keyed.joins() })
        if ('joined' in ended) {
          await unlessAborted(ended.joined, signal, withdraw)
          continue
        }
        failpoint('after-exit')
        try {
          return await this.#settle(row, plan, ended, work, keyed, signal)
        } finally {
          ended.leave()
        }
      }
    } catch (thrown) {
      const error = asFailure(plan.path, thrown, signal)
      if (!(error instanceof JobFailure) || error.path !== plan.path) throw error
      this.#fail(error)
      if (row.status !== 'FAILED') {
        const failed: JobRow = { ...row, status: 'FAILED', message: error.message, ended: Date.now() }
        await this.#task.journal.settle(failed, nothing)
      }
      throw error
    } finally {
      keyed.leave()
    }
  }

  async keep(path: string, outputs: Values, inputs: Values): Promise<Values> {
    const { contents, folders, held, journal, id } = this.#taskParts()
    const most = this.#task.context.limits['output-files']
    const taken = await takeLiterals(contents, held, path, folders.whole(outputs), most)
    const now = Date.now()
    const [given, value] = [folders.whole(inputs), taken.outputs].map(values => hashed(JSON.stringify(values)))
    const hashes = { inputs: given!.hash, outputs: value!.hash }
    const row = { ...jobRow(id, undefined, path), ...hashes, started: now, ended: now }
    const last = await holdAhead(this.#task, taken.contents)
    const write = async (tx: Write) => {
      await storeHashed(tx, given!, value!)
      await contents.holdAll(tx, last, jobsHolder(id))
    }
    await journal.settle({ ...row, status: 'DONE' }, write, 2 + 2 * last.length)
    this.#task.context.digests.jobSettled(id, path, taken.contents, this.#task.user)
    return this.#task.updates.settle(taken.outputs)
  }

  event(event: EngineEvent): void {
    if (event.type === 'warning') this.#task.journal.warnings.note(event.path, event.message, 'leniency')
    if (event.type === 'known') this.#task.journal.known(event.jobs)
    if (event.type === 'skipped') {
      const now = Date.now()
      this.#task.journal.known(-1)
      const row = jobRow(this.#task.id, undefined, event.path)
      this.#task.journal.note({ ...row, status: 'SKIPPED', started: now, ended: now })
    }
  }

  #taskParts() {
    return { ...this.#task, contents: this.#task.context.contents }
  }

  #fail(failure: JobFailure): void {
    this.failure ??= failure
    this.#withdraw.abort(failure)
  }

  async #settle(
    row: JobRow,
    plan: JobPlan,
    ended: EndedJob,
    work: JobWork,
    keyed: KeyedJob,
    signal: AbortSignal,
  ): Promise<Values> {
    const { contents, journal, id, attempts, folders, held, updates } = this.#taskParts()
    const { attempt, record } = ended
    const { folder } = attempt
    const circumstances = circumstancesOf(plan, attempt.isolation)
    const left = new Left(folder, { reader: this.#task.context.reader, most: this.#task.context.limits['files-left'] })
    const manifest = await left.manifest()
    const logs = await takeLogs(contents, this.#task, plan, left, manifest)
    Object.assign(row, {
      attempt: attempt.number,
      retried: attempt.retried ? 1 : 0,
      exit_code: record.exitCode,
      cpu: record.cpu ?? null,
      memory: record.memory ?? null,
      circumstances: circumstances.hash,
      started: record.started,
      ended: record.ended,
      cost: costOf(this.#task.context.prices, { ...row, started: record.started, ended: record.ended }),
      stdout: logs.stdout?.row.id ?? null,
      stderr: logs.stderr?.row.id ?? null,
    })
    try {
      const outputs = folders.whole(
        await work.collect({ exitCode: record.exitCode, manifest, read: (path, limit) => left.read(path, limit) }),
      )
      const view = viewOf(folder, attempt.isolation, plan.work)
      const given = { ...plan, inputs: folders.whole(plan.inputs), stage: folders.expand(plan.stage) }
      const most = this.#task.context.limits['output-files']
      const finished = { plan: given, files: left, view, manifest, held }
      const taken = await takeOutputs(contents, finished, updates.gather(plan, outputs), most)
      ended.leave()
      failpoint('after-take')
      const labelled = await work.label(taken.outputs)
      const key = await keyed.record()
      const [planned, listed, values] = [plan, manifest, taken.outputs].map(value => hashed(JSON.stringify(value)))
      const labels = labelled === taken.outputs ? [] : [hashed(JSON.stringify(labelled))]
      const hashes = { plan: planned!.hash, manifest: listed!.hash, outputs: values!.hash, ...key.fields }
      const last = await holdAhead(this.#task, taken.contents)
      const write = async (tx: Write) => {
        await storeHashed(tx, planned!, listed!, values!, circumstances, ...labels, ...key.values)
        await contents.holdAll(tx, last, jobsHolder(id))
        await writeLogs(tx, contents, logs)
      }
      const settled: JobRow = { ...row, ...hashes, labelled: labels[0]?.hash ?? null, status: 'DONE' }
      await journal.settle(settled, write, 5 + key.values.length + LOGS + 2 * last.length)
      failpoint('after-settle')
      key.stored()
      this.#task.keys.hashes.made(taken.contents)
      attempts.discard(plan.path)
      contents.hashLater(taken.contents, this.#task.user)
      this.#task.context.digests.jobSettled(id, plan.path, taken.contents, this.#task.user)
      return updates.settle(labelled)
    } catch (thrown) {
      const error = asFailure(plan.path, thrown, signal)
      if (!(error instanceof JobFailure)) throw error
      this.#withdraw.abort(error)
      throw await this.#settleFailed({ row, plan, ended, left, logs }, error)
    }
  }

  #warn({ path, warnings = [] }: JobPlan): void {
    for (const warning of warnings) this.#task.journal.warnings.note(path, warning, 'resources')
  }

  async #settleFailed({ row, plan, ended, left, logs }: Failed, error: JobFailure): Promise<JobFailure> {
    const { contents, journal } = this.#taskParts()
    const failure = await explainFailure(plan, ended, left, error)
    this.#fail(failure)
    const planned = hashed(JSON.stringify(plan))
    Object.assign(row, { status: 'FAILED', message: failure.message, plan: planned.hash })
    await journal.settle(row, async tx => {
      await storeHashed(tx, planned, circumstancesOf(plan, ended.attempt.isolation))
      await writeLogs(tx, contents, logs)
    })
    return failure
  }
}

async function nothing(): Promise<void> {}
