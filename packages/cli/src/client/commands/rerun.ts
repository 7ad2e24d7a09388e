import type { Api } from '../api.ts'
import { inputsOf, parseSettings } from '../settings.ts'
import type { App, Task } from '../shapes.ts'
import { watchTask } from '../wait.ts'
import { reportTask } from './task.ts'

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
export async function rerun(api: Api, id: string, flags: RerunFlags): Promise<void> {
  const task = flags.set.length > 0 ? await cloneWith(api, id, flags) : await clone(api, id, !flags.draft)
  const followed = flags.wait && task.status !== 'DRAFT' ? await watchTask(api, task.id, flags.json ?? false) : task
  reportTask(followed, flags)
  // a draft is what was asked for with --draft; without, it is a task that can't run
  if (followed.status === 'DRAFT' && !flags.draft) process.exitCode = 1
}

const clone = (api: Api, id: string, run: boolean) =>
  api.post<Task>(`/tasks/${id}/actions/clone`, { query: { action: run ? 'run' : undefined } })

async function cloneWith(api: Api, id: string, flags: RerunFlags): Promise<Task> {
  const origin = await api.get<Task>(`/tasks/${id}`)
  const app = await api.get<App>(`/apps/${origin.app}`)
  const inputs = parseSettings(flags.set, inputsOf(app.raw))
  const draft = await clone(api, id, false)
  const changed = await api.call<Task>('PATCH', `/tasks/${draft.id}`, { body: { inputs } })
  if (flags.draft || changed.errors.length > 0) return changed
  return api.post<Task>(`/tasks/${draft.id}/actions/run`)
}
