import type { Api } from '../../api.ts'
import { confirm } from '../../confirm.ts'
import { projectOf } from '../../names.ts'
import { printJson } from '../../print.ts'

export async function projectsDelete(api: Api, name: string, flags: { yes?: boolean; json?: boolean }): Promise<void> {
  const id = await projectOf(api, name)
  await confirm(`Delete the project ${id} with all its files, apps and tasks?`, flags)
  await api.call('DELETE', `/projects/${id}`)
  if (flags.json) printJson([{ id }])
  else console.log(id)
}
