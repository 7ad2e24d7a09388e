import type { Caller, Context } from '../../context.ts'
import { readableTasks } from '../../database/lineage.ts'
import { isoTime } from '../../time.ts'
import type { FoundPlan } from './request.ts'

/** A plan as the API shows it. */
export function renderPlan({ task, row, stale }: FoundPlan, base: string) {
  const address = `${base}/tasks/${task.id}/plan`
  const named = row.draft === 1 ? '' : `?plan=${row.id}`
  const { memoization, ...figures } = JSON.parse(row.result ?? '{}')
  return {
    href: `${address}${named}`,
    id: row.id,
    task: task.id,
    ...(row.draft === 1 ? {} : { draft: false as const }),
    state: row.state,
    ...(row.state === 'FAILED' ? { message: row.message } : {}),
    ...(row.state === 'MAKING' ? { progress: { done: row.done, total: row.total } } : {}),
    ...(row.made === null ? {} : { made: isoTime(row.made), stale }),
    ...(memoization === undefined ? {} : { memoization }),
    ...(row.origin === null ? {} : { origin: row.origin }),
    ...figures,
    ...(row.state === 'READY' ? { jobs: { href: `${address}/jobs${named}` } } : {}),
  }
}

interface Shown {
  nearest?: { task: string; path: string }
  from?: { task: string; path: string }
  differs?: { part: string; old?: unknown; new?: unknown }[]
}

const HIDDEN = { hidden: true as const }

/** Rows of a plan; jobs of tasks that the caller may not read, and their values, are hidden. */
export async function renderPlanned({ database: { read } }: Context, caller: Caller, rows: string[]) {
  const shown = rows.map((row): Shown => JSON.parse(row))
  const tasks = shown.flatMap(({ nearest, from }) => [nearest, from].flatMap(job => job?.task ?? []))
  const readable = await readableTasks(read, caller.username, tasks)
  return shown.map(({ nearest, from, differs, ...row }) => ({
    ...row,
    ...(nearest ? { nearest: readable.has(nearest.task) ? nearest : HIDDEN } : {}),
    ...(from ? { from: readable.has(from.task) ? from : HIDDEN } : {}),
    ...(differs ? { differs: nearest && !readable.has(nearest.task) ? differs.map(hideOld) : differs } : {}),
  }))
}

function hideOld<T extends { old?: unknown }>(difference: T): T {
  return 'old' in difference ? { ...difference, old: HIDDEN } : difference
}
