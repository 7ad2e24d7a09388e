import type { Api } from '../api.ts'
import { type Changes, otherwise } from '../changes.ts'
import { taskOf } from '../names.ts'
import { awaitPlan, type Plan, showPlan } from '../plan.ts'
import type { Task } from '../shapes.ts'

export interface PlanFlags extends Changes {
  json?: boolean
}

/** Shows what a draft would run, or a rerun of a task with what is to be other: what is reused, what runs and why. Makes no task. */
export async function plan(api: Api, name: string, flags: PlanFlags): Promise<void> {
  const id = await taskOf(api, name)
  const body = await otherwise(api, id, flags)
  const { status } = await api.get<Task>(`/tasks/${id}`, { query: { fields: 'status' } })
  const isDraft = status === 'DRAFT' && body === undefined
  const ask = (wait: number, signal: AbortSignal) =>
    isDraft
      ? api.get<Plan>(`/tasks/${id}/plan`, { query: { wait }, signal })
      : api.post<Plan>(`/tasks/${id}/plan`, { query: { wait }, signal, body: body ?? {} })
  await showPlan(api, await awaitPlan(ask, api, flags.json ?? false), flags)
}
