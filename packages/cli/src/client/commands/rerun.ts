import type { Api } from '../api.ts'
import { type Changes, otherwise } from '../changes.ts'
import { comparisonIfAny, verdictLine } from '../comparison.ts'
import { confirm } from '../confirm.ts'
import { ClientError } from '../errors.ts'
import { interruptible } from '../interrupt.ts'
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
 * Makes a task like the given one and runs it, waits, and says whether it reproduced. It is the documented call; with a body that says
 * what is to be other where something is.
 */
export async function rerun(api: Api, name: string, flags: RerunFlags): Promise<void> {
  const id = await taskOf(api, name)
  const body = await otherwise(api, id, flags)
  const runsAtOnce = !flags.draft && !flags.plan && body?.inputs === undefined
  const query = { action: runsAtOnce ? 'run' : undefined }
  const cloned = await api.post<Task>(`/tasks/${id}/actions/clone`, body ? { query, body } : { query })
  const made = runsAtOnce ? cloned : await runDraft(api, await withInputs(api, cloned, body?.inputs), flags)
  const ended = await follow(api, made, flags)
  if (!flags.wait || flags.json || !['COMPLETED', 'FAILED'].includes(ended.status)) return
  const comparison = await comparisonIfAny(api, ended.id, false)
  if (!comparison) return
  console.log(`${verdictLine(comparison)}\nMore: reprise compare ${ended.id}`)
}

/** The platform takes no body of a clone: there the inputs are changed in the draft, before anything runs. */
async function withInputs(api: Api, draft: Task, inputs: Task['inputs'] | undefined): Promise<Task> {
  const isTaken = Object.entries(inputs ?? {}).every(([id, value]) => isSame(draft.inputs[id], value))
  return isTaken ? draft : await api.call<Task>('PATCH', `/tasks/${draft.id}`, { body: { inputs } })
}

/** As far as can be told: a file is shown with more than its id. */
function isSame(shown: unknown, given: unknown): boolean {
  return JSON.stringify(shown ?? null) === JSON.stringify(given ?? null)
}

async function runDraft(api: Api, draft: Task, flags: RerunFlags): Promise<Task> {
  if (draft.errors.length > 0) return draft
  if (flags.plan) return await runPlanned(api, draft, flags)
  return flags.draft ? draft : await api.post<Task>(`/tasks/${draft.id}/actions/run`)
}

/** Shows the plan of a draft and asks: runs just that, or removes the draft unless one was asked for. */
async function runPlanned(api: Api, draft: Task, flags: RerunFlags): Promise<Task> {
  const plan = await planShown(api, draft, flags).catch(async error => {
    if (!flags.draft) await api.call('DELETE', `/tasks/${draft.id}`).catch(() => undefined)
    throw error
  })
  if (flags.draft) return draft
  try {
    return await api.post<Task>(`/tasks/${draft.id}/actions/run`, { query: { plan: plan.id } })
  } catch (error) {
    const reason = error instanceof Error ? error.message : error
    throw new ClientError(`${reason}\nThe task is there still: reprise task ${draft.id}`)
  }
}

async function planShown(api: Api, draft: Task, flags: RerunFlags): Promise<Plan> {
  const ask = (wait: number, signal: AbortSignal) =>
    api.get<Plan>(`/tasks/${draft.id}/plan`, { query: { wait }, signal })
  const plan = await awaitPlan(ask, api, flags.json ?? false)
  if (!flags.json) await interruptible('Nothing was run.', signal => showPlan(api, plan, flags, signal))
  if (!flags.draft) await confirm('Run it?', flags)
  return plan
}
