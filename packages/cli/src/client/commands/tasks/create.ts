import type { Api } from '../../api.ts'
import { settingsFor } from '../../app-inputs.ts'
import { appOf, projectOf } from '../../names.ts'
import type { Task } from '../../shapes.ts'
import { type FollowFlags, follow } from './follow.ts'

export interface TasksCreateFlags extends FollowFlags {
  project: string
  name?: string
  description?: string
  set: string[]
  inputs?: string
  instance?: string
  interruptible?: boolean
  memoize?: boolean
  run?: boolean
}

export async function tasksCreate(api: Api, appName: string, flags: TasksCreateFlags): Promise<void> {
  const project = await projectOf(api, flags.project)
  const app = await appOf(api, appName, project)
  const inputs = await settingsFor(api, { app, project, settings: flags.set, file: flags.inputs })
  const task = await api.post<Task>('/tasks', {
    query: { action: flags.run ? 'run' : undefined },
    body: { project, app, inputs, ...taskOptions(flags) },
  })
  await follow(api, task, { ...flags, draft: !flags.run })
}

/** What a new task takes besides its inputs; what was not given is left out. */
export function taskOptions(flags: Omit<TasksCreateFlags, 'project' | 'set'>): Record<string, unknown> {
  const settings = { instance_type: flags.instance, use_memoization: flags.memoize }
  return {
    name: flags.name,
    description: flags.description,
    use_interruptible_instances: flags.interruptible,
    execution_settings: Object.values(settings).some(value => value !== undefined) ? settings : undefined,
  }
}
