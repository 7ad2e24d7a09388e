import type { billing } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import { listAnalyses, listEgress, listStorage, type UsageFilter } from '../database/usage.ts'
import { FREE } from '../domain/prices.ts'
import { ApiError } from '../errors.ts'
import { runSearch } from '../pacing/searching.ts'
import { isoTime } from '../time.ts'
import type { UsageContext } from './meter.ts'

/** Of a month, as a price list counts it. */
const DAYS = 365 / 12
const GIB = 2 ** 30
const GB = 1e9
const DAY = 24 * 3_600_000

/** Whoever is not an administrator sees the figures of the projects that they are a member of. */
function filterOf(caller: Caller, group: string, query: billing.Breakdown): UsageFilter {
  if (query.invoice_id) throw new ApiError(4002, 'there is no such invoice.', 'invoice_id')
  return {
    group,
    username: caller.admin ? undefined : caller.username,
    from: query.date_from,
    to: query.date_to === undefined ? undefined : query.date_to + DAY - 1,
    limit: query.limit,
    offset: query.offset,
  }
}

/** What each task has cost. */
export async function analyses(context: Context, caller: Caller, group: string, query: billing.Breakdown) {
  const filter = filterOf(caller, group, query)
  const { total, rows } = await runSearch(context, caller, db => listAnalyses(db, filter))
  const items = rows.map(row => ({
    project_name: row.project_name,
    analysis_app_name: row.app.split('/')[2] ?? '',
    analysis_name: row.name,
    analysis_type: 'TASK',
    analysis_id: row.id,
    ran_by: row.executed_by ?? '',
    analysis_status: row.status,
    analysis_cost: {
      ...money(row.cost),
      breakdown: { storage: 0, computation: rounded(row.cost), data_transfer_in: 0 },
    },
    refunded_amount: 0,
    time_started: isoTime(row.started ?? 0),
    ...(row.ended === null ? {} : { time_finished: isoTime(row.ended) }),
    project_locked: isLocked(row.settings),
  }))
  return { total, items }
}

/** What each project has stored, and what that has cost. */
export async function storage(context: Context, caller: Caller, group: string, query: billing.Breakdown) {
  const { storage_gib_month } = context.settings.prices ?? FREE
  const filter = filterOf(caller, group, query)
  const { total, rows } = await runSearch(context, caller, db => listStorage(db, filter))
  const items = rows.map(row => ({
    project_name: row.name,
    project_created_by: row.created_by,
    location: String(JSON.parse(row.settings).location ?? ''),
    active: { ...size(row.bytes), cost: money((row.byte_days / GIB / DAYS) * storage_gib_month) },
    archived: { ...size(0), cost: money(0) },
    project_locked: isLocked(row.settings),
  }))
  return { total, items }
}

/** What each user has fetched from each project. */
export async function egress(context: UsageContext, caller: Caller, group: string, query: billing.Breakdown) {
  await context.meter.flush()
  const { egress_gib } = context.settings.prices ?? FREE
  const filter = filterOf(caller, group, query)
  const { total, rows } = await runSearch(context, caller, db => listEgress(db, filter))
  const items = rows.map(row => ({
    project_name: row.name,
    downloaded_by: row.username,
    downloaded: size(row.bytes),
    egress_cost: money((row.bytes / GIB) * egress_gib),
    project_locked: isLocked(row.settings),
  }))
  return { total, items }
}

/** The old form: by project, with amounts as strings. At most this many tasks. */
const OLD_FORM = 1000

export async function oldBreakdown(context: Context, caller: Caller, group: string, base: string) {
  const filter = filterOf(caller, group, { limit: OLD_FORM, offset: 0 })
  const { rows } = await runSearch(context, caller, db => listAnalyses(db, filter))
  const projects = [...Map.groupBy(rows, row => row.project)].map(([project, tasks]) => ({
    href: `${base}/projects/${project}`,
    analysis_spending: text(tasks.reduce((sum, task) => sum + task.cost, 0)),
    task_breakdown: tasks.map(task => ({
      href: `${base}/tasks/${task.id}`,
      runner_username: task.executed_by ?? '',
      time_started: isoTime(task.started ?? 0),
      ...(task.ended === null ? {} : { time_finished: isoTime(task.ended) }),
      task_cost: text(task.cost),
    })),
  }))
  return {
    href: `${base}/billing/groups/${group}/breakdown`,
    project_breakdown: projects,
    total_spending: text(rows.reduce((sum, task) => sum + task.cost, 0)),
  }
}

function size(bytes: number) {
  return { size: bytes / GB, unit: 'GB' }
}

function money(amount: number) {
  return { currency: 'USD', amount: rounded(amount) }
}

function text(amount: number) {
  return { currency: 'USD', amount: amount.toFixed(2) }
}

function rounded(amount: number): number {
  return Math.round(amount * 1e6) / 1e6
}

function isLocked(settings: string): boolean {
  return JSON.parse(settings).locked === true
}
