import type { apps } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import { type AppFilter, type FoundRevision, listApps as listRows } from '../database/apps.ts'
import type { Queries } from '../database/index.ts'
import { findProject } from '../database/projects.ts'
import { loadValues, sizesOf } from '../database/values.ts'
import { ApiError } from '../errors.ts'
import { type AnswerBudget, oneByOne } from '../pacing/answer-budget.ts'
import { checkSearchSize, runSearch } from '../pacing/searching.ts'
import { projectId } from '../projects/ids.ts'
import { authorise } from '../rights/authorise.ts'
import type { RawDocument } from './document.ts'
import { parseAppId } from './find.ts'
import { renderApp, renderRaw } from './render.ts'

/** Apps of the caller's projects, or of public ones, each in its latest revision. `wantsRaw`: with their documents. */
export async function listApps(
  context: Context,
  caller: Caller,
  query: apps.ListApps,
  base: string,
  wantsRaw: boolean,
  room: AnswerBudget,
) {
  const { database, limits } = context
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
  checkSearchSize(limits, 'q', searches?.flat().length ?? 0)
  checkSearchSize(limits, 'id', 0, query.id?.length)
  const filter: AppFilter = {
    visible: visibility === 'public' ? 'public' : ofProject,
    projects: query.project === undefined ? undefined : [query.project],
    owner: query.project_owner,
    words: searches && searches.length > 0 ? searches : undefined,
    ids: query.id?.map(requireAppId),
    limit: query.limit,
    offset: query.offset,
  }
  const list = (db: Queries) => listRows(db, caller.username, filter)
  const { total, rows } = await (filter.words ? runSearch(context, caller, list) : list(database.read))
  if (!wantsRaw) return { total, items: rows.map(row => renderApp(row, base)) }
  const found = await withDocuments(database.read, rows, room, async row => ({
    ...renderApp(row, base),
    raw: await renderRaw(database.read, row),
  }))
  return { total, ...found }
}

/** As many of the apps as there is room for their documents, each rendered when the one before it is on its way. */
async function withDocuments<T>(
  db: Queries,
  rows: FoundRevision[],
  room: AnswerBudget,
  render: (row: FoundRevision) => Promise<T>,
): Promise<{ shown: number; items: AsyncIterable<T> }> {
  const bytes = await sizesOf(
    db,
    rows.map(row => row.raw),
  )
  const sizes = rows.map(row => bytes.get(row.raw) ?? 0)
  const shown = room.fitting(sizes, 'leave the document out (fields=!raw), and ask for the app itself.')
  await room.reserve(sizes.slice(0, shown).reduce((sum, size) => sum + size, 0))
  return { shown, items: oneByOne(rows.slice(0, shown), render) }
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
  { database, limits }: Context,
  caller: Caller,
  given: apps.AppContainers,
  page: { limit: number; offset: number },
  base: string,
  room: AnswerBudget,
) {
  checkSearchSize(limits, 'projects', 0, given.projects?.length)
  checkSearchSize(limits, 'apps', 0, given.apps?.length)
  const { total, rows } = await listRows(database.read, caller.username, {
    visible: 'readable',
    projects: given.projects,
    ids: given.apps?.map(requireAppId).map(({ app }) => ({ app, revision: undefined })),
    ...page,
  })
  const { shown, items } = await withDocuments(database.read, rows, room, async row => {
    const document = (await loadValues(database.read, [row.raw])).get(row.raw) as RawDocument | undefined
    return { ...renderApp(row, base), label: row.label || row.name, class: String(document?.class ?? '') }
  })
  const made: typeof items extends AsyncIterable<infer T> ? T[] : never = []
  for await (const item of items) made.push(item)
  return { total, shown, items: made }
}

function requireAppId(given: string) {
  const id = parseAppId(given)
  if (!id) throw new ApiError(6011, undefined, 'id')
  return id
}
