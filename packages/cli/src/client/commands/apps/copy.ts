import type { Api } from '../../api.ts'
import { appOf, projectOf } from '../../names.ts'
import { printJson } from '../../print.ts'
import type { App } from '../../shapes.ts'

export interface AppsCopyFlags {
  name?: string
  strategy: string
  json?: boolean
}

export async function appsCopy(api: Api, name: string, to: string, flags: AppsCopyFlags): Promise<void> {
  const body = { project: await projectOf(api, to), name: flags.name, strategy: flags.strategy }
  reportApp(await api.post<App>(`/apps/${await appOf(api, name)}/actions/copy`, { body }), flags)
}

/** Brings the newest revision of its source to a copy. */
export async function appsSync(api: Api, name: string, flags: { json?: boolean }): Promise<void> {
  const id = (await appOf(api, name)).split('/').slice(0, 3).join('/')
  reportApp(await api.post<App>(`/apps/${id}/actions/sync`), flags)
}

function reportApp(app: App, { json }: { json?: boolean }): void {
  if (json) printJson(app)
  else console.log(app.id)
}
