import type { Api } from './api.ts'
import { type Difference, shortOf } from './comparison.ts'
import { ClientError } from './errors.ts'
import { interruptible } from './interrupt.ts'
import { printJson } from './print.ts'
import { createProgress } from './progress.ts'
import { formatTable, terminalWidth } from './table.ts'

/** A plan as the server gives it. */
export interface Plan {
  id: string
  task: string
  draft?: false
  state: 'MAKING' | 'READY' | 'FAILED'
  message?: string
  progress?: { done: number; total: number }
  stale?: boolean
  memoization?: boolean
  counts?: { reuse: number; run: number; unknown: number; skip: number; would_reuse?: number }
  saved?: { seconds: number; core_seconds: number; bytes: number }
  expected?: { seconds: number }
}

type JobName = { task: string; path: string } | { hidden: true }

export interface PlannedJob {
  path: string
  count: number
  first?: string
  group?: string
  decision: 'reuse' | 'run' | 'unknown' | 'skip'
  reason?: string
  why?: string
  nearest?: JobName
  differs?: Difference[]
  from?: JobName
  waits_for?: string[]
}

/** Rows that are printed for people. */
const MOST = 50

/** Begins a plan, for so many seconds of waiting. */
export type AskForPlan = (wait: number, signal: AbortSignal) => Promise<Plan>

/** Waits until a plan is made, or for Ctrl-C. */
export async function awaitPlan(ask: AskForPlan, api: Api, silent: boolean): Promise<Plan> {
  const bar = createProgress('Planning', 'jobs', 0, silent)
  try {
    return await interruptible('Nothing was run.', async signal => {
      let plan = await ask(1, signal)
      while (plan.state === 'MAKING') {
        bar.update(plan.progress?.done ?? 0, plan.progress?.total ?? 0)
        const query = { wait: 10, plan: plan.id }
        plan = await api.get<Plan>(`/tasks/${plan.task}/plan`, { query, signal })
      }
      if (plan.state === 'FAILED') throw new ClientError(`It can't be planned: ${plan.message}`)
      return plan
    })
  } finally {
    bar.stop()
  }
}

/** The rows of a plan, those that run first; all of them, or as many as are printed. */
async function plannedJobs(api: Api, plan: Plan, all: boolean, signal?: AbortSignal): Promise<PlannedJob[]> {
  const rows: PlannedJob[] = []
  for (const decision of all ? [undefined] : ['run', 'unknown', 'reuse', 'skip']) {
    const query = { plan: plan.id, decision, limit: 100 }
    for await (const { items } of api.pages<PlannedJob>(`/tasks/${plan.task}/plan/jobs`, query)) {
      signal?.throwIfAborted()
      rows.push(...items)
      if (!all && rows.length > MOST) return rows
    }
  }
  return rows
}

/** Prints a plan with its rows; `json`: all of it. */
export async function showPlan(
  api: Api,
  plan: Plan,
  { json = false }: { json?: boolean },
  signal?: AbortSignal,
): Promise<void> {
  const rows = await plannedJobs(api, plan, json, signal)
  if (json) printJson({ ...plan, rows })
  else printPlan(plan, rows)
}

function printPlan(plan: Plan, rows: PlannedJob[]): void {
  const columns = [
    { title: 'JOB', of: (row: PlannedJob) => row.path },
    { title: 'JOBS', of: (row: PlannedJob) => row.count, right: true },
    { title: 'PLAN', of: (row: PlannedJob) => row.decision, whole: true },
    { title: 'WHY', of: whyOf },
  ]
  if (rows.length > 0) console.log(`${formatTable(columns, rows.slice(0, MOST), terminalWidth())}\n`)
  if (rows.length > MOST) console.log(`The first ${MOST} rows; --json has all.\n`)
  console.log(planLine(plan))
}

/** One line: how much is reused and what that saves, how much runs and how long that takes. */
export function planLine({ counts, saved, expected, memoization }: Plan): string {
  const { reuse = 0, run = 0, unknown = 0, skip = 0, would_reuse = 0 } = counts ?? {}
  const time = expected && run + unknown > 0 ? ` (about ${secondsOf(expected.seconds)})` : ''
  const gain = saved ? ` (saves ${secondsOf(saved.core_seconds)} of a core)` : ''
  const parts = [
    reuse > 0 ? `${jobsOf(reuse)} reused${gain}` : '',
    run > 0 ? `${jobsOf(run)} to run${time}` : '',
    unknown > 0 ? `${unknown} not known yet` : '',
    skip > 0 ? `${skip} skipped` : '',
  ].filter(Boolean)
  const off = memoization === false && would_reuse > 0 ? ` With --memoize ${jobsOf(would_reuse)} could be reused.` : ''
  return `${parts.length === 0 ? 'No jobs' : parts.join(', ')}.${off}`
}

function jobsOf(count: number): string {
  return count === 1 ? '1 job' : `${count} jobs`
}

function secondsOf(seconds: number): string {
  if (seconds < 90) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${(seconds / 3600).toFixed(1)} h`
}

function whyOf({ decision, reason, why, differs, from, nearest, waits_for, group }: PlannedJob): string {
  const child = group === undefined ? '' : `${group}: `
  if (decision === 'unknown') return `${child}waits for ${waits_for?.join(', ')}`
  if (decision === 'reuse') return `${child}from ${named(from)}`
  if (decision === 'skip') return `${child}when is false`
  return `${child}${reasonText(reason, why, nearest, differs)}`
}

const FOLLOWING = new Set(['command', 'staging'])

function reasonText(reason = '', why: string | undefined, nearest: JobName | undefined, differs: Difference[] = []) {
  if (reason === 'CHANGED')
    // what follows from the inputs comes behind them
    return differs
      .toSorted((a, b) => Number(FOLLOWING.has(a.part)) - Number(FOLLOWING.has(b.part)))
      .map(({ part, old, new: now }) => `${part} ${shortOf({ old, new: now })}`)
      .join('; ')
  if (reason === 'MEMOIZATION_OFF') return 'without memoization all runs'
  const words: { [reason: string]: string } = {
    NEW: 'never ran',
    FREED: 'ran, and its outputs were freed',
    NOT_REUSABLE: 'never reused',
    DISTRUSTED: 'its result is distrusted',
    NOT_ALLOWED: 'its result may not be copied here',
  }
  return `${why === undefined || reason === 'NOT_REUSABLE' ? (words[reason] ?? reason) : ''}${why === undefined ? '' : `${reason === 'NOT_REUSABLE' ? ': ' : ''}${why}`}${nearest && why === undefined ? ` (${named(nearest)})` : ''}`
}

function named(job: JobName | undefined): string {
  if (!job) return ''
  return 'hidden' in job ? 'a task that you may not read' : `${job.task} ${job.path}`
}
