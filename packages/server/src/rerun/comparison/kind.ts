import type { Context } from '../../context.ts'
import {
  beginComparison,
  type ComparedPair,
  type ComparisonKey,
  countVerdicts,
  insertCompared,
  insertVerdicts,
  updateComparison,
} from '../../database/comparisons.ts'
import { listUndigested, setDigests } from '../../database/job-pages.ts'
import type { TaskRow } from '../../database/schema.ts'
import { digestsOf, isUndigested } from '../../digests/digests.ts'
import { comparisonHolder } from '../../domain/holders.ts'
import { ApiError } from '../../errors.ts'
import type { OperationKind, Outcome, Work } from '../../operations/kind.ts'
import { graphOrder } from '../../records/graph-order.ts'
import { loadRecord } from '../../records/load-record.ts'
import type { ComparersContext } from '../comparers/compare-bytes.ts'
import { COMPARER_VERSION } from '../comparers/verdict.ts'
import { explainDivergence, Tools } from './divergence.ts'
import { compareJobs } from './jobs.ts'
import { type Leaf, leavesIn } from './leaves.ts'
import { compareLeaves } from './outputs.ts'
import { resultOf } from './results.ts'
import { compareImages, compareInputs, compareSettings } from './summary.ts'

/** Outputs, or digests of jobs, that one transaction writes. */
const ROWS = 900

type Cursor = { part: 'outputs'; at: number } | { part: 'old' | 'now'; after: string } | { part: 'jobs' }

/**
 * Compares two tasks that have ended, piece by piece, each written as it is made:
 *
 * 1. `outputs`: the files and values of both, a row each;
 * 2. `old`, `now`: the digests of the jobs of either side that have none yet;
 * 3. `jobs`: jobs are paired, the first that diverged is explained, and the comparison is READY.
 */
export const compareKind: OperationKind<ComparedPair, Cursor, null, ComparersContext> = {
  name: 'tasks.compare',
  lane: 'bytes',
  items: () => 1,
  step: (context, work) => {
    const cursor = work.cursor ?? { part: 'outputs', at: 0 }
    if (cursor.part === 'outputs') return outputsStep(context, work, cursor.at)
    if (cursor.part === 'jobs') return jobsStep(context, work)
    return digestsStep(context, work, cursor.part, cursor.after)
  },
  async failed(_, tx, { request }, error) {
    await updateComparison(tx, keyOf(request), { state: 'FAILED', message: error.message })
  },
}

type Step = ReturnType<(typeof compareKind)['step']>
type ComparisonWork = Work<ComparedPair, Cursor>

export const keyOf = (pair: ComparedPair): ComparisonKey => ({ ...pair, version: COMPARER_VERSION })

async function outputsStep(context: ComparersContext, { id, request, signal }: ComparisonWork, at: number): Step {
  const leaves = await leavesOf(context, id, request)
  const holder = comparisonHolder(request.task, request.other)
  const { rows, verdicts } = await compareLeaves(context, leaves.slice(at, at + ROWS), holder, signal).finally(() =>
    context.contents.unpin(holder),
  )
  const done = at + rows.length
  return async (tx): Promise<Outcome<Cursor, null>> => {
    const key = keyOf(request)
    if (at === 0) await beginComparison(tx, key)
    const written = rows.map((row, index) => ({
      ...key,
      position: at + index,
      verdict: row.verdict,
      row: JSON.stringify(row),
    }))
    await insertCompared(tx, written)
    await insertVerdicts(tx, verdicts)
    await updateComparison(tx, key, { done, total: leaves.length })
    return { cursor: done < leaves.length ? { part: 'outputs', at: done } : { part: 'old', after: '' } }
  }
}

/** Of the comparison that was at work last: large outputs are parsed once, and not again for every piece. */
let last: { id: string; leaves: Leaf[] } | undefined

async function leavesOf(context: Context, id: string, request: ComparedPair): Promise<Leaf[]> {
  if (last?.id !== id) last = { id, leaves: await leavesOfTasks(context, request) }
  return last.leaves
}

async function leavesOfTasks({ database: { read } }: Context, request: ComparedPair): Promise<Leaf[]> {
  const [old, now] = await Promise.all([taskOf(read, request.other), taskOf(read, request.task)])
  const [before, after] = await Promise.all([resultOf(read, old), resultOf(read, now)])
  const ids = new Set([...Object.keys(after.values), ...Object.keys(before.values)])
  return [...ids].flatMap(id => [
    ...leavesIn(
      id,
      { value: before.values[id], shown: before.shown[id] },
      { value: after.values[id], shown: after.shown[id] },
    ),
  ])
}

async function digestsStep(
  { database: { read }, contents }: Context,
  { request }: ComparisonWork,
  part: 'old' | 'now',
  after: string,
): Step {
  const task = part === 'old' ? request.other : request.task
  const jobs = await listUndigested(read, task, after, ROWS)
  const digests = await digestsOf(read, jobs.filter(isUndigested), id => contents.sha256(id))
  return async (tx): Promise<Outcome<Cursor, null>> => {
    await setDigests(tx, task, digests)
    if (jobs.length === ROWS) return { cursor: { part, after: jobs.at(-1)!.path } }
    return { cursor: part === 'old' ? { part: 'now', after: '' } : { part: 'jobs' } }
  }
}

async function jobsStep({ database: { read }, models }: Context, { request }: ComparisonWork): Step {
  const [old, now] = await Promise.all([taskOf(read, request.other), taskOf(read, request.task)])
  const [before, after, counts] = await Promise.all([
    loadRecord(models, read, old.record ?? ''),
    loadRecord(models, read, now.record ?? ''),
    countVerdicts(read, keyOf(request)),
  ])
  const tools = new Tools({ old: before.process, now: after.process })
  const { diverged, same, onlyOld, onlyNew } = await compareJobs(read, request, tools)
  const order = graphOrder(after.process)
  const first = diverged.reduce(
    (least, pair) => (least && order(least.now.path, pair.now.path) <= 0 ? least : pair),
    diverged[0],
  )
  const result = {
    ...reproduced(counts, [old, now]),
    counts,
    inputs: await compareInputs(read, before.inputs, after.inputs),
    settings: compareSettings(old, now),
    images: compareImages(before, after),
    jobs: { same, diverged: diverged.length, only_old: onlyOld, only_new: onlyNew },
    ...(first ? { first_divergence: await explainDivergence(read, first, tools) } : {}),
  }
  last = undefined
  return async (tx): Promise<Outcome<Cursor, null>> => {
    await updateComparison(tx, keyOf(request), { state: 'READY', result: JSON.stringify(result), made: Date.now() })
    return { result: null }
  }
}

/** Of two tasks that did not complete it can't be said. */
function reproduced({ different, missing }: { different: number; missing: number }, tasks: TaskRow[]) {
  const completed = tasks.filter(task => task.status === 'COMPLETED').length
  return completed === 0 ? {} : { reproduced: completed === 2 && different + missing === 0 }
}

async function taskOf(db: Context['database']['read'], id: string): Promise<TaskRow> {
  const row = await db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw new ApiError(7002, `The task ${id} is gone.`)
  return row
}
