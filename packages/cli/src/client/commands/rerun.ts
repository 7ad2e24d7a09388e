import type { Api } from '../api.ts'
import { settingsFor } from '../app-inputs.ts'
import { comparisonIfAny, verdictLine } from '../comparison.ts'
import { ClientError } from '../errors.ts'
import { appOf, taskOf } from '../names.ts'
import type { Task } from '../shapes.ts'
import { follow } from './tasks/follow.ts'

export interface RerunFlags {
  set: string[]
  app?: string
  onlyFailed?: boolean
  resources?: string[]
  memoize?: boolean
  draft?: boolean
  wait: boolean
  json?: boolean
}

/**
 * Makes a task like the given one and runs it, waits, and says whether it reproduced. Other inputs alone are put into a draft before
 * it runs, which every server of the API can do; what only this one can is said in the call that makes the task.
 */
export async function rerun(api: Api, name: string, flags: RerunFlags): Promise<void> {
  const id = await taskOf(api, name)
  const isOurs = flags.app !== undefined || flags.onlyFailed || flags.memoize || (flags.resources ?? []).length > 0
  const made = isOurs
    ? await cloneTold(api, id, flags)
    : flags.set.length > 0
      ? await cloneWith(api, id, flags)
      : await clone(api, id, !flags.draft)
  const ended = await follow(api, made, flags)
  if (!flags.wait || flags.json || !['COMPLETED', 'FAILED'].includes(ended.status)) return
  const comparison = await comparisonIfAny(api, ended.id, false)
  if (!comparison) return
  console.log(`${verdictLine(comparison)}\nMore: reprise compare ${ended.id}`)
}

const clone = (api: Api, id: string, run: boolean) =>
  api.post<Task>(`/tasks/${id}/actions/clone`, { query: { action: run ? 'run' : undefined } })

async function cloneTold(api: Api, id: string, flags: RerunFlags): Promise<Task> {
  const origin = await api.get<Task>(`/tasks/${id}`)
  const app = flags.app === undefined ? undefined : await appOf(api, flags.app, origin.project)
  const given = { app: app ?? origin.app, project: origin.project, settings: flags.set }
  const inputs = flags.set.length > 0 ? await settingsFor(api, given) : undefined
  const resources = resourcesOf(flags.resources ?? [])
  const execution_settings = flags.memoize ? { use_memoization: true } : undefined
  const body = { app, inputs, resources, only_failed: flags.onlyFailed, execution_settings }
  return api.post<Task>(`/tasks/${id}/actions/clone`, { query: { action: flags.draft ? undefined : 'run' }, body })
}

const KINDS = ['cores', 'memory_mib', 'seconds']

/** `call.memory_mib=4096` → `{call: {memory_mib: 4096}}`; without a step, of all. */
export function resourcesOf(texts: readonly string[]): Record<string, Record<string, number>> | undefined {
  const resources: Record<string, Record<string, number>> = {}
  for (const text of texts) {
    const [, step = '*', kind = '', amount = ''] = /^(?:(.+)\.)?([a-z_]+)=([0-9.]+)$/.exec(text) ?? []
    if (!KINDS.includes(kind) || !(Number(amount) > 0)) {
      throw new ClientError(
        `"${text}" gives no resources: write STEP.memory_mib=4096, with cores, memory_mib or seconds.`,
      )
    }
    resources[step] = { ...resources[step], [kind]: Number(amount) }
  }
  return texts.length === 0 ? undefined : resources
}

async function cloneWith(api: Api, id: string, flags: RerunFlags): Promise<Task> {
  const origin = await api.get<Task>(`/tasks/${id}`)
  const inputs = await settingsFor(api, { app: origin.app, project: origin.project, settings: flags.set })
  const draft = await clone(api, id, false)
  const changed = await api.call<Task>('PATCH', `/tasks/${draft.id}`, { body: { inputs } })
  if (flags.draft || changed.errors.length > 0) return changed
  return api.post<Task>(`/tasks/${draft.id}/actions/run`)
}
