import type { Api } from '../../api.ts'
import type { Task } from '../../shapes.ts'
import { watchTask } from '../../wait.ts'
import { reportTask } from '../task.ts'

export interface FollowFlags {
  wait?: boolean
  /** a draft is what was asked for */
  draft?: boolean
  json?: boolean
}

/** Waits for a task if asked to, prints it, and gives it as it is then. A task that was to run and stayed a draft makes the command end with 1. */
export async function follow(api: Api, task: Task, flags: FollowFlags): Promise<Task> {
  const wait = flags.wait && task.status !== 'DRAFT'
  const followed = wait ? await watchTask(api, task.id, flags.json ?? false) : task
  reportTask(followed, flags)
  if (followed.status === 'DRAFT' && !flags.draft) process.exitCode = 1
  return followed
}
