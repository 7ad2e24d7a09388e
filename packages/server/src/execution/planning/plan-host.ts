/**
 * The host of a task that is only planned: the same engine, record and keys as in a run, and nothing starts. A job whose
 * result there is settles with it, so that what follows is planned too; one that would run is left open. No attempt has a
 * folder, no content is written, no image is pulled; files that expressions make lie in memory.
 */
import { join } from 'node:path'
import {
  type Capacity,
  type ContainerRequest,
  type EngineEvent,
  entriesIn,
  type FileAccess,
  type Host,
  isFile,
  type JobPlan,
  type JobWork,
  type Key,
  type Layout,
  LeftOpen,
  type Values,
} from '@reprise/cwl'
import { isolationOf, viewOf } from '@reprise/runner'
import type { Donor } from '../../database/reuse.ts'
import { findKey, identify } from '../../reuse/keys.ts'
import { contentAccess } from '../content-access.ts'
import { takeLiterals } from '../outputs.ts'
import { relocated } from '../take-result.ts'
import type { PlannedDonor, PlannedJob } from './planned-job.ts'
import { contentsNamed, type PlannedTask } from './planned-task.ts'

export const EVALUATED = 'an expression is evaluated again'
export const UNHASHED = 'the bytes of an input can not be read'

export class PlanHost implements Host {
  readonly files: FileAccess
  readonly machine: Capacity
  readonly containers: boolean
  readonly jobs: PlannedJob[] = []
  /** jobs that are known, planned or not */
  known = 0
  readonly #task: PlannedTask
  readonly #elsewhere: ReadonlyMap<string, string>

  /** @param elsewhere keys of jobs that other children of a batch would run, with their paths: one of them runs, the others take its result */
  constructor(task: PlannedTask, elsewhere: ReadonlyMap<string, string> = new Map()) {
    this.#task = task
    this.#elsewhere = elsewhere
    this.machine = task.context.scheduler.capacity
    this.containers = task.record.images !== undefined
    this.files = contentAccess(task.literals, task, task.record.beside)
  }

  recall(): undefined {
    return undefined
  }

  async layout(path: string, container?: ContainerRequest): Promise<Layout> {
    const { context, record, absent } = this.#task
    if (container && absent.has(container.image)) {
      this.#open({ path, decision: 'unknown', unsure: false, waitsFor: [`image ${container.image}`] })
    }
    const image = container && record.images?.[container.image]
    const isolation = isolationOf({ container: image === undefined ? undefined : { id: image } }, context.means)
    const view = viewOf(this.#folderOf(path), isolation, container?.outdir)
    return image === undefined ? view : { ...view, image }
  }

  async run(plan: JobPlan, work: JobWork): Promise<Values> {
    const { context, keys } = this.#task
    const isolation = isolationOf(plan, context.means)
    const programs = isolation === 'sandbox' ? context.programs.fingerprint() : ''
    const attempt = this.#folderOf(plan.path)
    const { parts, noKey, noReuse } = identify(plan, work, keys, { isolation, programs, attempt })
    const job = { path: plan.path, cores: plan.resources.cores }
    const why = noKey ?? noReuse
    if (why !== undefined || !parts) this.#open({ ...job, decision: 'run', why: why ?? UNHASHED })
    const key = await findKey(parts, keys.hashes, true)
    if (!key) this.#open({ ...job, decision: 'run', why: UNHASHED })
    const freed: PlannedDonor[] = []
    const found = await this.#findDonor(key, plan, freed)
    const lost = freed.length > 0 ? { freed } : {}
    if (!found) {
      const other = this.#elsewhere.get(key.hash)
      if (other !== undefined) this.#open({ ...job, decision: 'unknown', unsure: false, waitsFor: [other] })
      this.#open({ ...job, decision: 'run', key: this.#shared(key), ...lost })
    }
    const labelled = await work.label(found.outputs)
    const isOwn = this.#task.taker.origin !== null && found.donor.path === plan.path
    this.jobs.push({ ...job, decision: 'reuse', donor: found.donor, isOwn, ...lost })
    return this.#task.updates.settle(labelled)
  }

  async keep(path: string, outputs: Values): Promise<Values> {
    const { literals, held, folders, context, keys, updates } = this.#task
    const taken = await takeLiterals(literals, held, path, folders.whole(outputs), context.limits['output-files'])
    keys.hashes.made(taken.contents)
    this.jobs.push({ path, decision: 'run', why: EVALUATED, cores: 0 })
    return updates.settle(taken.outputs)
  }

  event(event: EngineEvent): void {
    if (event.type === 'known') this.known += event.jobs
    if (event.type === 'skipped') this.jobs.push({ path: event.path, decision: 'skip' })
  }

  /** The next donor whose outputs are all there still. */
  async #findDonor(key: Key, plan: JobPlan, freed: PlannedDonor[]) {
    const { donors, outputs: values, gone } = this.#task
    for (;;) {
      const donor = await donors.holdDonor(key.hash, plan.path)
      if (!donor) return undefined
      const given = (await values.find([donor.outputs])).get(donor.outputs) as Values | undefined
      if (!given) continue
      const contents = contentsNamed(given)
      const missing = await gone.find(contents)
      const planned = { ...summaryOf(donor, given), contents }
      if (contents.some(id => missing.has(id))) freed.push(planned)
      else return { donor: planned, outputs: relocated(given, donor.path, plan.path) }
    }
  }

  /** Most parts of a key are those of many others: each text is held once, and none where nothing is explained. */
  #shared(key: Key): Key {
    const { texts, record } = this.#task
    const parts = new Map<string, string>()
    for (const [hash, text] of record.memoization ? key.parts : []) {
      const known = texts.get(hash) ?? text
      texts.set(hash, known)
      parts.set(hash, known)
    }
    return { ...key, parts }
  }

  #open(job: PlannedJob): never {
    this.jobs.push(job)
    throw new LeftOpen()
  }

  /** Nothing is there; without isolation it stands in command lines. */
  #folderOf(path: string): string {
    return join(this.#task.context.workFolder, 'planned', path)
  }
}

function summaryOf({ task, path, key, started, ended, cores }: Donor, outputs: Values) {
  const files = [...entriesIn(outputs, true)].filter(isFile)
  return {
    task,
    path,
    key,
    seconds: Math.max(0, (ended ?? 0) - (started ?? 0)) / 1000,
    cores,
    bytes: files.reduce((sum, { size = 0 }) => sum + size, 0),
  }
}
