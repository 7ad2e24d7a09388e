import type { Api } from '../api.ts'
import { type Changes, otherwise } from '../changes.ts'
import { comparisonIfAny, verdictLine } from '../comparison.ts'
import { confirm } from '../confirm.ts'
import { taskOf } from '../names.ts'
import { awaitPlan, type Plan, showPlan } from '../plan.ts'
import type { Task } from '../shapes.ts'
import { follow } from './tasks/follow.ts'

export interface RerunFlags extends Changes {
  /** show what would run, and ask */
  plan?: boolean
  yes?: boolean
  draft?: boolean
  wait: boolean
  json?: boolean
}

/**
 * Makes a task like the given one and runs it, waits, and says whether it reproduced. It is one call, whose body says what is to be other;
 * without any it is the documented call.
 */
export async function rerun(api: Api, name: string, flags: RerunFlags): Promise<void> {
  const id = await taskOf(api, name)
  const body = await otherwise(api, id, flags)
  const query = { action: flags.draft || flags.plan ? undefined : 'run' }
  const cloned = await api.post<Task>(`/tasks/${id}/actions/clone`, body ? { query, body } : { query })
  const made = flags.plan && cloned.errors.length === 0 ? await runPlanned(api, cloned, flags) : cloned
  const ended = await follow(api, made, flags)
  if (!flags.wait || flags.json || !['COMPLETED', 'FAILED'].includes(ended.status)) return
  const comparison = await comparisonIfAny(api, ended.id, false)
  if (!comparison) return
  console.log(`${verdictLine(comparison)}\nMore: reprise compare ${ended.id}`)
}

/** Shows the plan of a draft and asks: runs just that, or removes the draft. */
async function runPlanned(api: Api, draft: Task, flags: RerunFlags): Promise<Task> {
  try {
    const ask = (wait: number, signal: AbortSignal) =>
      api.get<Plan>(`/tasks/${draft.id}/plan`, { query: { wait }, signal })
    const plan = await awaitPlan(ask, api, flags.json ?? false)
    if (!flags.json) await showPlan(api, plan, flags)
    if (flags.draft) return draft
    await confirm('Run it?', flags)
    return await api.post<Task>(`/tasks/${draft.id}/actions/run`, { query: { plan: plan.id } })
  } catch (error) {
    // nobody asked for a draft
    await api.call('DELETE', `/tasks/${draft.id}`).catch(() => undefined)
    throw error
  }
}
