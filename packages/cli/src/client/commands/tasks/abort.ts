import type { Api } from '../../api.ts'
import { confirm } from '../../confirm.ts'
import { taskOf } from '../../names.ts'
import { printJson } from '../../print.ts'
import type { Task } from '../../shapes.ts'

export async function tasksAbort(api: Api, names: string[], flags: { yes?: boolean; json?: boolean }): Promise<void> {
  const ids = []
  for (const name of names) ids.push(await taskOf(api, name))
  await confirm(ids.length === 1 ? `Abort the task ${ids[0]}?` : `Abort ${ids.length} tasks?`, flags)
  const aborted: Task[] = []
  for (const id of ids) {
    aborted.push(await api.post<Task>(`/tasks/${id}/actions/abort`))
    if (!flags.json) console.log(`${id}\t${aborted.at(-1)?.status}`)
  }
  if (flags.json) printJson(aborted)
}
