import type { Api } from '../../api.ts'
import { projectOf } from '../../names.ts'
import { printFields } from '../../print.ts'

export async function projectsGet(api: Api, name: string, flags: { fields?: string; json?: boolean }): Promise<void> {
  const query = { fields: flags.fields }
  printFields(await api.get<object>(`/projects/${await projectOf(api, name)}`, { query }), flags)
}
