import type { Api } from '../../api.ts'
import { printTable } from '../../listing.ts'
import { appOf } from '../../names.ts'
import { printJson } from '../../print.ts'
import type { App } from '../../shapes.ts'

interface Revision {
  'sbg:revision': number
  'sbg:modifiedBy'?: string
  /** seconds since 1970 */
  'sbg:modifiedOn'?: number
  'sbg:revisionNotes'?: string | null
}

const columns = [
  { title: 'REVISION', of: (one: Revision) => one['sbg:revision'], right: true },
  { title: 'BY', of: (one: Revision) => one['sbg:modifiedBy'] },
  { title: 'MADE', of: (one: Revision) => timeOf(one['sbg:modifiedOn']) },
  { title: 'NOTES', of: (one: Revision) => one['sbg:revisionNotes'] },
]

/** Lists the revisions of an app as its document tells them, the latest last. */
export async function appsRevisions(api: Api, name: string, flags: { json?: boolean }): Promise<void> {
  const app = await api.get<App>(`/apps/${await appOf(api, name)}`)
  const told = app.raw['sbg:revisionsInfo']
  const revisions: Revision[] = Array.isArray(told) ? told : []
  if (flags.json) printJson(revisions)
  else printTable(revisions, columns, ['revision', 'revisions'])
}

const timeOf = (seconds: number | undefined) =>
  seconds === undefined ? '' : new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
