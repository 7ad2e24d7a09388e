import type { Api } from '../../api.ts'
import { confirm } from '../../confirm.ts'
import { taskOf } from '../../names.ts'
import { printJson } from '../../print.ts'

export async function tasksDelete(api: Api, names: string[], flags: { yes?: boolean; json?: boolean }): Promise<void> {
  const ids: string[] = []
  for (const name of names) ids.push(await taskOf(api, name))
  await confirm(ids.length === 1 ? `Delete the draft ${ids[0]}?` : `Delete ${ids.length} drafts?`, flags)
  for (const id of ids) {
    await api.call('DELETE', `/tasks/${id}`)
    if (!flags.json) console.log(id)
  }
  if (flags.json) printJson(ids.map(id => ({ id })))
}
