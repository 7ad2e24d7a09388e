import { files } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import { type FileFilter, listFiles } from '../database/file-lists.ts'
import type { Queries } from '../database/index.ts'
import { ApiError } from '../errors.ts'
import type { Limits } from '../limits/limits.ts'
import { checkSearchSize, runSearch } from '../pacing/searching.ts'
import { type FolderCodes, fileFor, folderFor } from './find.ts'
import { renderFile } from './render.ts'

const CODES: FolderCodes = { neither: 5029, both: 5031, malformed: 5005, missing: 5026, notFolder: 5022 }

/** One level: the root folder of a project, or the folder that is the parent. */
export async function listFilesByQuery(context: Context, caller: Caller, query: files.ListFiles, base: string) {
  const filter = await filterOf(context, caller, 'files.list', query)
  if (!filter) return { total: 0, items: [] }
  const found = await readFiles(context, caller, filter, db => listFiles(db, filter, query))
  return { total: found.total, items: found.rows.map(file => renderFile(file, base)) }
}

/** Reads a list of files: with filters on what has no index of its own it is a search. */
export function readFiles<T>(
  context: Context,
  caller: Caller,
  filter: FileFilter,
  read: (db: Queries) => Promise<T>,
): Promise<T> {
  const searched = filter.tags !== undefined || (filter.metadata?.length ?? 0) > 0
  return searched ? runSearch(context, caller, read) : read(context.database.read)
}

/** What a query asks for; undefined when nothing can match. Throws ApiError 90003 for a dataset: there are none. */
export async function filterOf(
  { database, limits }: Context,
  caller: Caller,
  call: 'files.list' | 'files.scroll',
  query: files.ListFiles,
): Promise<FileFilter | undefined> {
  if (query.dataset) throw new ApiError(90003, 'there is no such dataset.', 'dataset')
  const { folder } = await folderFor(database.read, caller, call, query, CODES)
  return files.otherOrigins(query).length > 0 ? undefined : { parent: folder, ...conditionsOf(query, limits) }
}

/** What a query says of the files, wherever they are. Throws ApiError 90000 for more filters than a search may have. */
export function conditionsOf(query: files.ListFiles, limits: Limits): Omit<FileFilter, 'parent'> {
  const metadata = files.metadataFilters(query)
  checkSearchSize(limits, 'metadata', metadata.length, metadata.flatMap(([, values]) => values).length)
  checkSearchSize(limits, 'tag', query.tag?.length ?? 0)
  checkSearchSize(limits, 'name', 0, query.name?.length)
  checkSearchSize(limits, 'origin.task', 0, query['origin.task']?.length)
  return {
    names: query.name,
    tags: query.tag,
    tasks: query['origin.task'],
    metadata,
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
