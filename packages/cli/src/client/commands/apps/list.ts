import type { Api } from '../../api.ts'
import { type ListFlags, printList } from '../../listing.ts'
import { projectOf } from '../../names.ts'
import { APPS } from '../../rows.ts'

export interface AppsListFlags extends ListFlags {
  project?: string
  owner?: string
  public?: boolean
  query?: string[]
}

export async function appsList(api: Api, flags: AppsListFlags): Promise<void> {
  const query = {
    visibility: flags.public ? 'public' : 'private',
    project: flags.project && (await projectOf(api, flags.project)),
    project_owner: flags.owner,
    q: flags.query,
  }
  await printList(api, '/apps', query, { ...flags, ...(flags.json ? { fields: flags.fields ?? '!raw' } : {}) }, APPS)
}
