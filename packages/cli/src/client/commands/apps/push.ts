import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fileFetcher, pack } from '@reprise/cwl'
import type { Api } from '../../api.ts'
import { ApiError, ClientError } from '../../errors.ts'
import { printJson } from '../../print.ts'
import type { App } from '../../shapes.ts'

/** Packs a document with all that it refers to, and stores it as a new app or as the next revision of an old one. */
export async function pushApp(api: Api, file: string, id: string): Promise<App> {
  if (!/^[^/]+\/[^/]+\/[^/]+$/.test(id)) throw new ClientError(`"${id}" names no app: write OWNER/PROJECT/NAME.`)
  const raw = await pack(pathToFileURL(resolve(file)).href, fileFetcher(), note =>
    console.error(`note: ${note.message}`),
  )
  const latest = await api.get<App>(`/apps/${id}`).catch(error => {
    if (error instanceof ApiError && error.status === 404) return undefined
    throw error
  })
  const revision = latest === undefined ? '' : `/${latest.revision + 1}`
  const stored = await api.post<{ 'sbg:id': string }>(`/apps/${id}${revision}/raw`, { body: raw })
  return api.get<App>(`/apps/${stored['sbg:id']}`)
}

export async function appsPush(api: Api, file: string, id: string, flags: { json?: boolean }): Promise<void> {
  const app = await pushApp(api, file, id)
  if (flags.json) printJson(app)
  else console.log(app.id)
  const errors = app.raw['sbg:validationErrors']
  if (!Array.isArray(errors) || errors.length === 0) return
  console.error(`The app is stored, but it can't run:\n${errors.map(error => `  ${error}`).join('\n')}`)
  process.exitCode = 1
}
