import type { apps } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import { listApps as listRows } from '../database/apps.ts'
import { findProject } from '../database/projects.ts'
import { loadValues } from '../database/values.ts'
import { ApiError } from '../errors.ts'
import { projectId } from '../projects/ids.ts'
import { authorise } from '../rights/authorise.ts'
import type { RawDocument } from './document.ts'
import { parseAppId } from './find.ts'
import { renderApp, renderRaw } from './render.ts'

/** Apps of the caller's projects, or of public ones, each in its latest revision. `wantsRaw`: with their documents. */
export async function listApps(
  { database }: Context,
  caller: Caller,
  query: apps.ListApps,
  base: string,
  wantsRaw: boolean,
) {
  const visibility = (query.visibility ?? 'private').toLowerCase()
  if (visibility !== 'private' && visibility !== 'public') throw new ApiError(6012, undefined, 'visibility')
  if (query.project_owner === '') throw new ApiError(6006, undefined, 'project_owner')
  if (query.project === '') throw new ApiError(6007, undefined, 'project')
  if (query.project !== undefined) {
    const id = projectId(query.project, 3012)
    authorise('projects.apps', await findProject(database.read, id, caller.username))
  }
  const searches = query.q?.map(wordsOf).filter(words => words.length > 0)
  const ofProject = query.project === undefined ? 'member' : 'any'
  const { total, rows } = await listRows(database.read, caller.username, {
    visible: visibility === 'public' ? 'public' : ofProject,
    projects: query.project === undefined ? undefined : [query.project],
    owner: query.project_owner,
    words: searches && searches.length > 0 ? searches : undefined,
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

/** Words of a search, and phrases in quotes. */
function wordsOf(text: string): string[] {
  const pieces = text.toLowerCase().matchAll(/"([^"]*)"|\S+/g)
  return [...pieces].map(([word, phrase]) => phrase ?? word).filter(word => word !== '')
}

/** Apps in the older form, of an owner's projects or of one project. */
export async function listShortApps(
  { database }: Context,
  caller: Caller,
  place: { owner: string; project?: string },
  page: { limit: number; offset: number },
  base: string,
) {
  const id = place.project === undefined ? undefined : `${place.owner}/${place.project}`
  if (id) authorise('apps.listByProject', await findProject(database.read, id, caller.username))
  const { total, rows } = await listRows(database.read, caller.username, {
    visible: id ? 'any' : 'readable',
    projects: id ? [id] : undefined,
    owner: place.owner,
    ...page,
  })
  return {
    total,
    items: rows.map(row => ({ href: `${base}/apps/${row.app}`, id: row.app, name: row.label || row.name })),
  }
}

/** Apps of some projects, or some apps, in their latest revisions, as an editor asks for them. */
export async function listContainers(
  { database }: Context,
  caller: Caller,
  given: apps.AppContainers,
  page: { limit: number; offset: number },
  base: string,
) {
  const { total, rows } = await listRows(database.read, caller.username, {
    visible: 'readable',
    projects: given.projects,
    ids: given.apps?.map(requireAppId).map(({ app }) => ({ app, revision: undefined })),
    ...page,
  })
  const raws = await loadValues(
    database.read,
    rows.map(row => row.raw),
  )
  const items = rows.map(row => {
    const document = raws.get(row.raw) as RawDocument | undefined
    return { ...renderApp(row, base), label: row.label || row.name, class: String(document?.class ?? '') }
  })
  return { total, items }
}

function requireAppId(given: string) {
  const id = parseAppId(given)
  if (!id) throw new ApiError(6011, undefined, 'id')
  return id
}
