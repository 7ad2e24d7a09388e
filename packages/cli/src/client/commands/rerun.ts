import type { Api } from '../api.ts'
import { settingsFor } from '../app-inputs.ts'
import { taskOf } from '../names.ts'
import type { Task } from '../shapes.ts'
import { follow } from './tasks/follow.ts'

export interface RerunFlags {
  set: string[]
  draft?: boolean
  wait: boolean
  json?: boolean
}

/**
 * Makes a task like the given one and runs it. With settings the copy is a draft first, whose inputs are changed before it
 * runs; without, one call does it.
 */
export async function rerun(api: Api, name: string, flags: RerunFlags): Promise<void> {
  const id = await taskOf(api, name)
  const task = flags.set.length > 0 ? await cloneWith(api, id, flags) : await clone(api, id, !flags.draft)
  await follow(api, task, flags)
}

const clone = (api: Api, id: string, run: boolean) =>
  api.post<Task>(`/tasks/${id}/actions/clone`, { query: { action: run ? 'run' : undefined } })

async function cloneWith(api: Api, id: string, flags: RerunFlags): Promise<Task> {
  const origin = await api.get<Task>(`/tasks/${id}`)
  const inputs = await settingsFor(api, { app: origin.app, project: origin.project, settings: flags.set })
  const draft = await clone(api, id, false)
  const changed = await api.call<Task>('PATCH', `/tasks/${draft.id}`, { body: { inputs } })
  if (flags.draft || changed.errors.length > 0) return changed
  return api.post<Task>(`/tasks/${draft.id}/actions/run`)
}
