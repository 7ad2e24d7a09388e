import type { Api } from '../../api.ts'
import { taskOf } from '../../names.ts'
import { printFields } from '../../print.ts'
import type { Task } from '../../shapes.ts'
import { reportTask } from '../task.ts'

export async function tasksGet(api: Api, name: string, flags: { fields?: string; json?: boolean }): Promise<void> {
  const { fields } = flags
  const task = await api.get<Task>(`/tasks/${await taskOf(api, name)}`, { query: { fields } })
  if (fields === undefined) reportTask(task, flags)
  else printFields(task, flags)
}
