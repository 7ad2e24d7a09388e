import type { Api } from '../../api.ts'
import { taskOf } from '../../names.ts'
import type { Task } from '../../shapes.ts'
import { type FollowFlags, follow } from './follow.ts'

export interface TasksRunFlags extends FollowFlags {
  batch: boolean
  interruptible?: boolean
}

export async function tasksRun(api: Api, name: string, flags: TasksRunFlags): Promise<void> {
  const query = { batch: flags.batch ? undefined : false, use_interruptible_instances: flags.interruptible }
  const task = await api.post<Task>(`/tasks/${await taskOf(api, name)}/actions/run`, { query })
  await follow(api, task, flags)
}
