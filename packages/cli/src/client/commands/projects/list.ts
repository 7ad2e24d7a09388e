import type { Api } from '../../api.ts'
import { type ListFlags, printList } from '../../listing.ts'
import { PROJECTS } from '../../rows.ts'

export interface ProjectsListFlags extends ListFlags {
  name?: string
  tag?: string[]
  owner?: string
  category?: string
}

export async function projectsList(api: Api, flags: ProjectsListFlags): Promise<void> {
  const path = flags.owner === undefined ? '/projects' : `/projects/${encodeURIComponent(flags.owner)}`
  const query = { name: flags.name, tags: flags.tag, category: flags.category }
  await printList(api, path, query, flags, PROJECTS)
}
