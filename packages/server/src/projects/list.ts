import type { projects } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import type { Queries } from '../database/index.ts'
import { listProjects } from '../database/projects.ts'
import { checkSearchSize, runSearch } from '../pacing/searching.ts'
import { renderProject } from './render.ts'

/** Projects that the caller is a member of; `owner` narrows them to that user's. With category PUBLIC: all public ones. */
export async function listOwn(
  context: Context,
  caller: Caller,
  query: projects.ListProjects,
  base: string,
  owner?: string,
) {
  checkSearchSize(context.limits, 'tags', query.tags?.length ?? 0)
  const filter = { ...query, owner }
  const searched = query.name !== undefined || query.tags !== undefined
  const list = (db: Queries) => listProjects(db, caller.username, filter)
  const found = await (searched ? runSearch(context, caller, list) : list(context.database.read))
  return { total: found.total, items: found.rows.map(project => renderProject(project, base)) }
}
