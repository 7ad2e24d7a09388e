import { type Process, stepOf } from '@reprise/cwl'
import { graphOrder } from '../../records/graph-order.ts'
import type { PlannedDonor, PlannedJob } from './planned-job.ts'
import type { Reason } from './reasons.ts'

/** A job with why it would run, where it would. */
export interface ExplainedJob extends PlannedJob {
  reason?: Reason
}

/** One row of a plan as it is shown: one job, or those of a scatter with one and the same answer. */
export interface Row {
  path: string
  count: number
  /** the first of several, in the order of the graph */
  first?: string
  group?: string
  step: string
  decision: PlannedJob['decision']
  reason?: Reason['reason'] | 'MEMOIZATION_OFF'
  why?: string
  nearest?: Reason['nearest']
  differs?: Reason['differs']
  from?: { task: string; path: string }
  waits_for?: string[]
}

interface Group {
  first: ExplainedJob
  groups: Set<string | undefined>
  count: number
}

/** The rows of a plan, in the order of the document's graph. */
export function rowsOf(process: Process, jobs: ExplainedJob[], memoization: boolean): Row[] {
  const order = graphOrder(process)
  const places = new Map(jobs.map(({ path }) => [path, path.replaceAll('[*]', '')]))
  const sorted = jobs.toSorted((a, b) => order(places.get(a.path)!, places.get(b.path)!))
  const groups = new Map<string, Group>()
  for (const job of sorted) {
    const answer = answerOf(job, memoization)
    const known = groups.get(answer)
    const count = job.count ?? 1
    if (!known) groups.set(answer, { first: job, groups: new Set([job.group]), count })
    else {
      known.count += count
      known.groups.add(job.group)
    }
  }
  return [...groups.values()].map(group => rowOf(group, memoization))
}

/** Two jobs with one answer are one row. A command follows from its inputs: that it differs is the answer, not how. */
function answerOf({ path, decision, donor, reason, why, waitsFor }: ExplainedJob, memoization: boolean): string {
  const { differs = [], ...shown }: Partial<Reason> = reason ?? {}
  return JSON.stringify([
    pattern(path),
    decision,
    decision === 'run' && !memoization ? [donor?.task, donor !== undefined] : [shown.reason, shown.why],
    why,
    donor && [donor.task, pattern(donor.path)],
    shown.nearest?.task,
    differs.map(({ part, old, new: now }) => [part, ...(FOLLOWING.has(part) ? [] : [old, now])]),
    waitsFor,
  ])
}

/** Parts that follow from inputs. */
const FOLLOWING = new Set(['command', 'staging'])

function rowOf({ first, groups, count }: Group, memoization: boolean): Row {
  const { path, decision, donor, reason, why, waitsFor } = first
  const isOne = count === 1
  const [group] = groups
  const off = { reason: 'MEMOIZATION_OFF' as const, ...(donor ? { from: shownFrom(donor, isOne) } : {}) }
  return {
    path: isOne ? path : pattern(path),
    count,
    ...(isOne || path.includes('[*]') ? {} : { first: path }),
    ...(groups.size === 1 && group !== undefined ? { group } : {}),
    step: pattern(path).replaceAll('[*]', ''),
    decision,
    ...(decision === 'run' && (memoization ? (reason ?? (why === undefined ? {} : { why })) : off)),
    ...(decision === 'reuse' && donor ? { from: shownFrom(donor, isOne) } : {}),
    ...(waitsFor ? { waits_for: waitsFor } : {}),
  }
}

function shownFrom({ task, path }: PlannedDonor, isOne: boolean): { task: string; path: string } {
  return { task, path: isOne ? path : pattern(path) }
}

export function pattern(path: string): string {
  return path.replace(/\[\d+\]/g, '[*]')
}

export function stepOfPlanned(path: string): string {
  return stepOf(path).replaceAll('[*]', '')
}
