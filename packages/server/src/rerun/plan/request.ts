import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as pauseFor } from 'node:timers/promises'
import type { Call, tasks } from '@reprise/contract'
import type { Caller, Context } from '../../context.ts'
import type { Queries } from '../../database/index.ts'
import { findLastMade, findPlan, findPlanOfDraft, insertPlan, type ShownPlan } from '../../database/plans.ts'
import type { PlanRow, TaskRow } from '../../database/schema.ts'
import type { FoundTask } from '../../database/tasks.ts'
import { ApiError } from '../../errors.ts'
import type { AnswerBudget } from '../../pacing/answer-budget.ts'
import { draftRow } from '../../tasks/draft.ts'
import { taskFor } from '../../tasks/find.ts'
import { type AtHand, fingerprintOf, type Resolved, resolveRecord } from '../../tasks/resolve.ts'
import { draftOf } from '../clone.ts'
import { isStale } from './stale.ts'

/** Milliseconds after which what failed is planned anew. */
const AGAIN = 10_000

/** A plan, and whether what it rests on is so no more. */
export interface FoundPlan {
  task: FoundTask
  row: ShownPlan
  stale: boolean
}

/**
 * The caller's plan of a draft, begun when there is none of what it is now; waits up to so many seconds for it. While a newer one
 * is begun, who does not wait is given the older one once more, as stale. Or the plan with an id, of any task. Throws ApiError
 * 7007 for a task that is no draft, 7024 for a draft with errors, 90000 naming `plan`.
 */
export async function planOf(
  context: Context,
  caller: Caller,
  call: Call,
  id: string,
  { plan, wait = 0 }: { plan?: string | undefined; wait?: number | undefined },
): Promise<FoundPlan> {
  const { read } = context.database
  const task = await taskFor(read, caller, call, id)
  if (plan !== undefined) {
    const row = await findPlan(read, plan, task.id, caller.username)
    if (!row)
      throw new ApiError(90000, 'is no plan of yours for this task, or a newer one has taken its place.', 'plan')
    return looked(context, task, await ended(context, row, wait))
  }
  if (task.status !== 'DRAFT') {
    throw new ApiError(7007, `The task is ${task.status}: its jobs say what ran. POST plans a rerun of it.`)
  }
  const resolved = await resolve(context, caller, task)
  const row = await findPlanOfDraft(read, task.id, caller.username)
  if (row && !(await isOver(context, row, task, resolved)))
    return looked(context, task, await ended(context, row, wait))
  const begun = await begin(context, caller, { task, of: task, isDraft: true, resolved })
  if (row?.state === 'READY' && wait === 0) return { task, row, stale: true }
  return looked(context, task, await ended(context, begun, wait))
}

/**
 * The plan whose jobs are listed: the one with the id, or the last of the draft that was made, so that its pages stay while a newer one is; one
 * is begun only where there is none. Throws ApiError as `planOf`.
 */
export async function listedPlan(
  context: Context,
  caller: Caller,
  call: Call,
  id: string,
  plan: string | undefined,
): Promise<ShownPlan> {
  const { read } = context.database
  const task = await taskFor(read, caller, call, id)
  const row =
    plan === undefined
      ? await findLastMade(read, task.id, caller.username)
      : await findPlan(read, plan, task.id, caller.username)
  return row && (plan !== undefined || task.status === 'DRAFT')
    ? row
    : (await planOf(context, caller, call, id, { plan })).row
}

/** Begins the plan of a rerun that is not made, as the body says. Throws ApiError as a clone does, and 7024 where it could not run. */
export async function planRerun(
  context: Context,
  caller: Caller,
  id: string,
  room: AnswerBudget,
  overrides: tasks.CloneTask,
  wait = 0,
): Promise<FoundPlan> {
  const origin = await taskFor(context.database.read, caller, 'tasks.planRerun', id)
  const draft = await draftOf(context, caller, origin, room, overrides)
  const of = draftRow(context, caller, draft).task
  const atHand = { process: draft.process, model: draft.model, inputs: draft.validated.inputs }
  const resolved = await resolve(context, caller, of, atHand)
  const row = await begin(context, caller, { task: origin, of, isDraft: false, resolved })
  return looked(context, origin, await ended(context, row, wait))
}

async function looked(context: Context, task: FoundTask, row: ShownPlan): Promise<FoundPlan> {
  return { task, row, stale: await isStale(context.database.read, row, task.project) }
}

async function isOver({ database }: Context, row: ShownPlan, task: FoundTask, { record }: Resolved): Promise<boolean> {
  if (row.fingerprint !== fingerprintOf(record, task)) return true
  if (row.state === 'FAILED') return (row.made ?? 0) < Date.now() - AGAIN
  return await isStale(database.read, row, task.project)
}

async function resolve(context: Context, caller: Caller, task: TaskRow, atHand?: AtHand): Promise<Resolved> {
  const started = task.time ?? Date.now()
  const resolved = await resolveRecord(context.database.read, context, caller, task, {}, started, atHand)
  if (!('errors' in resolved)) return resolved
  throw new ApiError(
    7024,
    resolved.errors
      .slice(0, 10)
      .map(error => error.message)
      .join(' '),
  )
}

interface Wanted {
  task: TaskRow
  /** what would run */
  of: TaskRow
  isDraft: boolean
  resolved: Resolved
}

async function begin({ database, worker }: Context, caller: Caller, wanted: Wanted): Promise<ShownPlan> {
  const { task, of, isDraft, resolved } = wanted
  const record = JSON.stringify(resolved.record)
  const row: PlanRow = {
    id: `sha256:${createHash('sha256').update(`${record} ${randomUUID()}`).digest('hex')}`,
    task: task.id,
    username: caller.username,
    draft: isDraft ? 1 : 0,
    origin: of.origin,
    record,
    fingerprint: fingerprintOf(resolved.record, of),
    state: 'MAKING',
    message: '',
    done: 0,
    total: 0,
    result: null,
    asked: Date.now(),
    made: null,
    owner: 0,
    lease: 0,
    tries: 0,
  }
  const begun = await database.write(tx => insertPlan(tx, row))
  worker.send({ type: 'plan' })
  return begun
}

/** The plan at its end, or as it is when the time is over. */
async function ended({ database }: Context, row: ShownPlan, wait: number): Promise<ShownPlan> {
  const until = performance.now() + wait * 1000
  let now = row
  for (let pause = 20; now.state === 'MAKING'; pause = Math.min(pause * 1.5, 500)) {
    const left = until - performance.now()
    if (left <= 0) break
    // a worker of another process may make it: rows are all that all of them see
    await pauseFor(Math.min(pause, left))
    now = await again(database.read, now)
  }
  return now
}

async function again(db: Queries, row: ShownPlan): Promise<ShownPlan> {
  const same = await findPlan(db, row.id, row.task, row.username)
  // of a draft the newer one is as good
  const found = same ?? (row.draft === 1 ? await findPlanOfDraft(db, row.task, row.username) : undefined)
  if (!found) throw new ApiError(90007, 'A newer plan has taken the place of this one.', 'plan')
  return found
}
