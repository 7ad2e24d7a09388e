import { tasks } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import { findProject } from '../database/projects.ts'
import { listTasks as listRows, type Span } from '../database/tasks.ts'
import type { TaskStatus } from '../domain/task-states.ts'
import { ApiError } from '../errors.ts'
import type { AnswerBudget } from '../pacing/answer-budget.ts'
import { projectId } from '../projects/ids.ts'
import { authorise } from '../rights/authorise.ts'
import { renderTasks, type Wants } from './render.ts'

/** Tasks of the caller's projects, by default the oldest first. */
export async function listTasks(
  { database }: Context,
  caller: Caller,
  query: tasks.ListTasks,
  base: string,
  wants: Wants,
  room: AnswerBudget,
) {
  const status = query.status === undefined ? undefined : statusOf(query.status)
  if (query.project !== undefined) {
    const id = projectId(query.project, 3012)
    authorise('projects.tasks', await findProject(database.read, id, caller.username))
  }
  // tasks made by an automation's run have an origin_id, and there are none
  if (query.origin_id) return { total: 0, items: [], shown: 0 }
  const { total, rows } = await listRows(database.read, caller.username, {
    project: query.project,
    status,
    parent: query.parent,
    batch: query.batch,
    created: span(query.created_from, query.created_to),
    started: span(query.started_from, query.started_to),
    ended: span(query.ended_from, query.ended_to),
    order: query.order_by ?? 'created_time',
    descending: query.order === 'desc',
    limit: query.limit,
    offset: query.offset,
  })
  return { total, ...(await renderTasks(database.read, rows, base, wants, room)) }
}

function statusOf(given: string): TaskStatus {
  const status = tasks.TASK_STATUSES.find(known => known === given.toUpperCase())
  if (!status) throw new ApiError(7006, undefined, 'status')
  return status
}

/** Answers show seconds: a bound includes the whole of its second. */
function span(from: number | undefined, to: number | undefined): Span {
  return { from, to: to === undefined ? undefined : to + 999 }
}
