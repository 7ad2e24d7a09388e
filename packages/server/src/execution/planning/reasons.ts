import type { Queries } from '../../database/index.ts'
import type { EarlierJob } from '../../database/plan-lookups.ts'
import { findSameJobs, type SameJob, type Taker } from '../../database/reuse.ts'
import { type Difference, differencesOf } from './differences.ts'
import type { EarlierJobs } from './earlier-jobs.ts'
import type { PlannedJob } from './planned-job.ts'

/** Why a job would run. */
export interface Reason {
  reason: 'NEW' | 'CHANGED' | 'FREED' | 'NOT_REUSABLE' | 'DISTRUSTED' | 'NOT_ALLOWED'
  /** in words, where there is more to say */
  why?: string
  nearest?: { task: string; path: string }
  differs?: Difference[]
}

/** Jobs that are explained together. */
export const TOGETHER = 200
/** Jobs of one look. */
const FOUND = 2000

const SERVED = 'each result serves one job of a task, and those of this key serve others'
const TAKEN = 'the earlier job took a result that can not be taken any more'
const FAILED = 'the earlier job did not come to its end'
const KEYLESS = 'the earlier job has no key: its inputs are not hashed yet, or it ran before keys were kept'

/** Why each of these jobs, up to TOGETHER, would run; in their order. */
export async function explainRuns(
  db: Queries,
  taker: Taker,
  earlier: EarlierJobs,
  jobs: PlannedJob[],
): Promise<Reason[]> {
  const keys = [...new Set(jobs.flatMap(({ key }) => (key ? [key.hash] : [])))]
  const open = jobs.filter(job => job.why === undefined)
  const [same, nearest] = await Promise.all([
    keys.length === 0 ? [] : findSameJobs(db, keys, taker, FOUND),
    open.length === 0 ? new Map<string, EarlierJob>() : earlier.nearest(open.map(({ path }) => path)),
  ])
  const byKey = Map.groupBy(same, ({ key }) => key)
  const reasons = jobs.map(job => ofKey(job, byKey.get(job.key?.hash ?? '') ?? []))
  const changed = jobs.flatMap((job, index) => {
    const old = nearest.get(job.path)
    if (reasons[index] || !job.key || !old?.key || old.key === job.key.hash) return []
    return [{ index, key: job.key, old: old.key, nearest: { task: old.task, path: old.path } }]
  })
  const differences = await differencesOf(db, changed)
  for (const [at, { index, nearest }] of changed.entries()) {
    reasons[index] = { reason: 'CHANGED', nearest, differs: differences[at]! }
  }
  return reasons.map((reason, index) => reason ?? ofNearest(nearest.get(jobs[index]!.path)))
}

/** What jobs of the same key say; undefined where there are none to be seen. */
function ofKey({ why, freed }: PlannedJob, same: SameJob[]): Reason | undefined {
  if (why !== undefined) return { reason: 'NOT_REUSABLE', why }
  const [first] = freed ?? []
  if (first) return { reason: 'FREED', nearest: { task: first.task, path: first.path } }
  const seen = same.filter(job => job.readable === 1)
  const allowed = seen.filter(job => job.allowed === 1)
  const usable = allowed.find(job => job.distrusted === null && job.doubted === 0 && job.no_reuse === null)
  if (usable) return { reason: 'NEW', why: SERVED, nearest: nameOf(usable) }
  const distrusted = allowed.find(job => job.distrusted !== null || job.doubted === 1)
  if (distrusted) return { reason: 'DISTRUSTED', nearest: nameOf(distrusted) }
  const own = allowed.find(job => job.no_reuse !== null)
  if (own) return { reason: 'NOT_REUSABLE', why: own.no_reuse!, nearest: nameOf(own) }
  return seen[0] && { reason: 'NOT_ALLOWED', nearest: nameOf(seen[0]) }
}

function ofNearest(nearest: EarlierJob | undefined): Reason {
  if (!nearest) return { reason: 'NEW' }
  if (nearest.key !== null) return { reason: 'NEW', why: TAKEN, nearest: nameOf(nearest) }
  return { reason: 'NEW', why: nearest.status === 'DONE' ? KEYLESS : FAILED, nearest: nameOf(nearest) }
}

function nameOf({ task, path }: { task: string; path: string }): { task: string; path: string } {
  return { task, path }
}
