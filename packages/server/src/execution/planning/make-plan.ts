import { containersOf, execute, type Process, ProcessLeftOpen, type WaitingStep } from '@reprise/cwl'
import { parseJson } from '@reprise/cwl/json'
import { listChildGroups } from '../../database/batches.ts'
import type { Queries } from '../../database/index.ts'
import type { PlanToMake } from '../../database/plans.ts'
import type { Taker } from '../../database/reuse.ts'
import type { BatchGroup, ResolvedRecord, StoredRecord } from '../../domain/record.ts'
import { recordOfChild } from '../batch-record.ts'
import { budgetsOf } from '../budgets.ts'
import { unlessAborted } from '../unless-aborted.ts'
import type { WorkerContext } from '../worker-context.ts'
import { EarlierJobs } from './earlier-jobs.ts'
import { type Figures, figuresOf } from './figures.ts'
import { PlanHost } from './plan-host.ts'
import type { PlannedJob } from './planned-job.ts'
import { contentsNamed, plannedTask } from './planned-task.ts'
import { explainRuns, TOGETHER } from './reasons.ts'
import { type ExplainedJob, pattern, type Row, rowsOf } from './rows.ts'

export interface MadePlan {
  rows: Row[]
  /** JSON texts: what it rests on */
  basis: string[]
  figures: Figures
}

/** Donors and keys in one text. */
const BASIS = 200

interface Making {
  signal: AbortSignal
  /** jobs planned and known so far */
  progress(done: number, total: number): void
}

/**
 * Plans a task as it would run now. Rejects with JobFailure for what would fail it before a job starts, UnsupportedError, or the
 * signal's reason.
 */
export async function makePlan(context: WorkerContext, plan: PlanToMake, making: Making): Promise<MadePlan> {
  const { database, models, scheduler } = context
  const { model, process: inside, format: _, ...stored }: StoredRecord = parseJson(plan.record)
  const process = inside ?? (await models.load(database.read, model ?? ''))
  const { images, absent } = await imagesOf(context, process)
  const record: ResolvedRecord = { ...stored, process, ...(images ? { images } : {}) }
  const memoization = record.memoization === true
  const taker = {
    task: plan.draft === 1 ? plan.task : '',
    project: plan.project,
    user: plan.username,
    origin: plan.origin,
  }
  const earlier = await EarlierJobs.find(database.read, taker, plan.app.slice(0, plan.app.lastIndexOf('/')))
  const jobs: ExplainedJob[] = []
  const groups = record.batch?.groups ?? [undefined]
  const children = record.batch && plan.origin !== null ? await childrenOf(database.read, plan.origin) : undefined
  /** keys that children before would run */
  const elsewhere = new Map<string, string>()
  for (const group of groups) {
    const own = group ? { ...record, ...recordOfChild(record, plan.task, group, plan.asked) } : record
    // children of a batch have no origin each
    const child = group ? { ...taker, task: '', origin: null } : taker
    const planned = await planRun(context, own, absent, child, making, jobs.length, elsewhere)
    const runs = memoization ? planned.filter(({ decision }) => decision === 'run') : []
    for (let from = 0; from < runs.length; from += TOGETHER) {
      making.signal.throwIfAborted()
      const some = runs.slice(from, from + TOGETHER)
      const near = earlier.ofChild(group && children?.get(group.value))
      const reasons = await explainRuns(database.read, taker, near, some)
      for (const [index, job] of some.entries()) Object.assign(job, { reason: reasons[index] })
    }
    if (group && memoization) for (const { key, path } of runs) if (key) elsewhere.set(key.hash, pattern(path))
    for (const job of planned)
      jobs.push(memoization ? named(job, group?.value) : named(withoutReuse(job), group?.value))
  }
  const durations = await earlier.durations()
  return {
    rows: rowsOf(process, jobs, memoization),
    basis: memoization ? basisOf(jobs) : [],
    figures: figuresOf(jobs, { memoization, durations, cores: scheduler.capacity.cores }),
  }
}

/** The children of a batch task by their groups' values. */
async function childrenOf(db: Queries, batch: string): Promise<Map<string, string>> {
  const children = await listChildGroups(db, batch)
  return new Map(children.map(({ id, group }) => [(JSON.parse(group) as BatchGroup).value, id]))
}

/** Every job that can be known of one run. */
async function planRun(
  context: WorkerContext,
  record: ResolvedRecord,
  absent: Set<string>,
  taker: Taker,
  { signal, progress }: Making,
  before: number,
  elsewhere: ReadonlyMap<string, string>,
): Promise<PlannedJob[]> {
  const task = plannedTask(context, record, absent, taker)
  const inputs = [record.inputs, ...Object.values(record.beside ?? {}).map(beside => ({ beside }))]
  await unlessAborted(task.keys.hashes.compute(inputs.flatMap(values => contentsNamed(values))), signal)
  const host = new PlanHost(task, elsewhere)
  const beat = setInterval(() => progress(before + host.jobs.length, before + host.known), 500)
  try {
    await execute(record.process, task.folders.named(record.inputs), host, {
      signal,
      evaluator: context.evaluator,
      time: record.time ?? 0,
      seed: record.seed ?? '',
      ...(record.resources ? { resources: record.resources } : {}),
      turn: taker.user,
      budgets: budgetsOf(context.limits),
    })
  } catch (error) {
    if (!(error instanceof ProcessLeftOpen)) throw error
    return [...host.jobs, ...error.waiting.map(waiting)]
  } finally {
    clearInterval(beat)
  }
  return host.jobs
}

function waiting({ path, count, unsure, waitsFor }: WaitingStep): PlannedJob {
  return { path, count, unsure, decision: 'unknown', waitsFor }
}

/** Without memoization all that surely runs would run. */
function withoutReuse(job: PlannedJob): PlannedJob {
  const runs = job.decision === 'reuse' || (job.decision === 'unknown' && job.unsure === false)
  if (!runs) return job
  const { waitsFor, ...rest } = job
  return { ...rest, decision: 'run' }
}

function named(job: ExplainedJob, group: string | undefined): ExplainedJob {
  return group === undefined ? job : { ...job, group }
}

/** What identifies the images that are here, and which are not. */
async function imagesOf({ images }: WorkerContext, process: Process) {
  const names = [...new Set(containersOf(process).map(({ image }) => image))]
  const absent = new Set<string>()
  if (names.length === 0 || !images) return { images: undefined, absent }
  const found = await Promise.all(names.map(async name => [name, await images.find(name)] as const))
  const here: { [name: string]: string } = {}
  for (const [name, image] of found) {
    if (image) here[name] = image.id
    else absent.add(name)
  }
  return { images: here, absent }
}

/** Donors with the contents that they need, keys that had none, and those whose bytes were gone already: they are none for anybody. */
function basisOf(jobs: ExplainedJob[]): string[] {
  const donors = jobs.flatMap(({ donor, isOwn }) =>
    donor ? [[donor.task, donor.path, donor.key, isOwn ? 1 : 0, ...donor.contents]] : [],
  )
  const keys = jobs.flatMap(({ decision, key }) => (decision === 'run' && key ? [key.hash] : []))
  const lost = jobs.flatMap(({ freed = [] }) => freed.map(({ task, path, key }) => [task, path, key]))
  return [...inTexts('donors', donors), ...inTexts('keys', [...new Set(keys)]), ...inTexts('lost', lost)]
}

function inTexts(name: string, entries: unknown[]): string[] {
  const texts: string[] = []
  for (let from = 0; from < entries.length; from += BASIS) {
    texts.push(JSON.stringify({ [name]: entries.slice(from, from + BASIS) }))
  }
  return texts
}
