import { files } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import { type FileFilter, listFiles } from '../database/file-lists.ts'
import { ApiError } from '../errors.ts'
import { fileFor, type PlaceCodes, placeFor } from './find.ts'
import { renderFile } from './render.ts'

const CODES: PlaceCodes = { neither: 5029, both: 5031, malformed: 5005, missing: 5026, notFolder: 5022 }

/** One level: the root folder of a project, or the folder that is the parent. */
export async function listPlace({ database }: Context, caller: Caller, query: files.ListFiles, base: string) {
  const filter = await filterOf({ database }, caller, 'files.list', query)
  if (!filter) return { total: 0, items: [] }
  const found = await listFiles(database.read, filter, query)
  return { total: found.total, items: found.rows.map(file => renderFile(file, base)) }
}

/** What a query asks for; undefined when nothing can match. Throws ApiError 90003 for a dataset: there are none. */
export async function filterOf(
  { database }: Pick<Context, 'database'>,
  caller: Caller,
  call: 'files.list' | 'files.scroll',
  query: files.ListFiles,
): Promise<FileFilter | undefined> {
  if (query.dataset) throw new ApiError(90003, 'there is no such dataset.', 'dataset')
  const { folder } = await placeFor(database.read, caller, call, query, CODES)
  return files.otherOrigins(query).length > 0 ? undefined : { parent: folder, ...conditionsOf(query) }
}

/** What a query says of the files, wherever they are. */
export function conditionsOf(query: files.ListFiles): Omit<FileFilter, 'parent'> {
  return {
    names: query.name,
    tags: query.tag,
    tasks: query['origin.task'],
    metadata: files.metadataFilters(query),
  }
}

export async function listFolder(
  context: Context,
  caller: Caller,
  id: string,
  page: { limit: number; offset: number },
  base: string,
) {
  const folder = await fileFor(context, caller, 'files.listFolder', id)
  if (folder.type !== 'folder') throw new ApiError(5022, 'The file is not a folder.')
  const found = await listFiles(context.database.read, { parent: id }, page)
  return { total: found.total, items: found.rows.map(file => renderFile(file, base)) }
}
