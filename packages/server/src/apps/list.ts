import type { apps } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import { listApps as listRows } from '../database/apps.ts'
import { findProject } from '../database/projects.ts'
import { ApiError } from '../errors.ts'
import { projectId } from '../projects/ids.ts'
import { authorise } from '../rights/authorise.ts'
import { parseAppId } from './find.ts'
import { renderApp, renderRaw } from './render.ts'

/** Apps of the caller's projects, each in its latest revision. `wantsRaw`: with their documents. */
export async function listApps(
  { database }: Context,
  caller: Caller,
  query: apps.ListApps,
  base: string,
  wantsRaw: boolean,
) {
  const visibility = (query.visibility ?? 'private').toLowerCase()
  if (visibility !== 'private' && visibility !== 'public') throw new ApiError(6012, undefined, 'visibility')
  if (visibility === 'public') return { total: 0, items: [] }
  if (query.project !== undefined) {
    const id = projectId(query.project, 3012)
    authorise('projects.apps', await findProject(database.read, id, caller.username))
  }
  const { total, rows } = await listRows(database.read, caller.username, {
    project: query.project,
    owner: query.project_owner,
    words: query.q?.flatMap(text => text.split(/\s+/).filter(word => word !== '')),
    ids: query.id?.map(requireAppId),
    limit: query.limit,
    offset: query.offset,
  })
  const items = await Promise.all(
    rows.map(async row => ({
      ...renderApp(row, base),
      ...(wantsRaw ? { raw: await renderRaw(database.read, row) } : {}),
    })),
  )
  return { total, items }
}

function requireAppId(given: string) {
  const id = parseAppId(given)
  if (!id) throw new ApiError(6011, undefined, 'id')
  return id
}
