import type { projects } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import { listProjects } from '../database/projects.ts'
import { renderProject } from './render.ts'

/** Projects that the caller is a member of; `owner` narrows them to that user's. With category PUBLIC: all public ones. */
export async function listOwn(
  { database }: Context,
  caller: Caller,
  query: projects.ListProjects,
  base: string,
  owner?: string,
) {
  const found = await listProjects(database.read, caller.username, { ...query, owner })
  return { total: found.total, items: found.rows.map(project => renderProject(project, base)) }
}
