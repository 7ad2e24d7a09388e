import type { Api } from '../api.ts'
import { taskOf } from '../names.ts'
import { describeTask, printJson } from '../print.ts'
import type { Task } from '../shapes.ts'
import { watchTask } from '../wait.ts'

export async function task(api: Api, name: string, flags: { wait?: boolean; json?: boolean }): Promise<void> {
  const id = await taskOf(api, name)
  const found = flags.wait ? await watchTask(api, id, flags.json ?? false) : await api.get<Task>(`/tasks/${id}`)
  reportTask(found, flags)
}

/** Prints a task. A task that failed or was aborted makes the command end with 1. */
export function reportTask(task: Task, { json }: { json?: boolean }): void {
  if (json) printJson(task)
  else console.log(describeTask(task))
  if (task.status === 'FAILED' || task.status === 'ABORTED') process.exitCode = 1
  if (task.status === 'FAILED' && !json) console.error(`What its jobs wrote: reprise logs ${task.id}`)
}
