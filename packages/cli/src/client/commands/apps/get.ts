import type { Api } from '../../api.ts'
import { appOf, projectOf } from '../../names.ts'
import { printFields, printJson } from '../../print.ts'

export interface AppsGetFlags {
  project?: string
  raw?: boolean
  fields?: string
  json?: boolean
}

/** Shows an app without its document, or the document alone. */
export async function appsGet(api: Api, name: string, flags: AppsGetFlags): Promise<void> {
  const project = flags.project && (await projectOf(api, flags.project))
  const id = await appOf(api, name, project)
  if (flags.raw) return printJson(await api.get<object>(`/apps/${id}/raw`))
  const fields = flags.fields ?? (flags.json ? undefined : '!raw')
  printFields(await api.get<object>(`/apps/${id}`, { query: { fields } }), flags)
}
