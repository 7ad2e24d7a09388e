import { files } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import { listFiles } from '../database/files.ts'
import { ApiError } from '../errors.ts'
import { fileFor, type PlaceCodes, placeFor } from './find.ts'
import { renderFile } from './render.ts'

const CODES: PlaceCodes = { neither: 5029, both: 5031, malformed: 5005, missing: 5026, notFolder: 5022 }

/** One level: the root folder of a project, or the folder that is the parent. */
export async function listPlace({ database }: Context, caller: Caller, query: files.ListFiles, base: string) {
  const { folder } = await placeFor(database.read, caller, 'files.list', query, CODES)
  const found = await listFiles(database.read, {
    parent: folder,
    names: query.name,
    tags: query.tag,
    tasks: query['origin.task'],
    metadata: files.metadataFilters(query),
    limit: query.limit,
    offset: query.offset,
  })
  return { total: found.total, items: found.rows.map(file => renderFile(file, base)) }
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
  const found = await listFiles(context.database.read, { parent: id, ...page })
  return { total: found.total, items: found.rows.map(file => renderFile(file, base)) }
}
