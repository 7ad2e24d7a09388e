import { files } from '@reprise/contract'
import { z } from 'zod'
import type { Caller, Context } from '../context.ts'
import { countFiles, type FileFilter, listFilesAfter } from '../database/file-lists.ts'
import { ApiError } from '../errors.ts'
import { fileFor } from './find.ts'
import { conditionsOf, filterOf, readFiles } from './list.ts'
import { renderFile } from './render.ts'

/** One level of a project or a folder, from a token on. */
export async function scrollFilesByQuery(context: Context, caller: Caller, query: files.ScrollFiles, base: string) {
  return scroll(context, caller, await filterOf(context, caller, 'files.scroll', query), query, base)
}

/** One level of this folder. */
export async function scrollFolder(
  context: Context,
  caller: Caller,
  id: string,
  query: files.ScrollFiles,
  base: string,
) {
  const folder = await fileFor(context, caller, 'files.scrollFolder', id)
  if (folder.type !== 'folder') throw new ApiError(5022, 'The file is not a folder.')
  const filter =
    files.otherOrigins(query).length > 0 ? undefined : { parent: id, ...conditionsOf(query, context.limits) }
  return scroll(context, caller, filter, query, base)
}

/** Where a page begins: behind this file. The total is that of the first page: counting anew would cost more than a page. */
const position = z.object({ after: z.string(), total: z.int() })

async function scroll(
  context: Context,
  caller: Caller,
  filter: FileFilter | undefined,
  { token, limit }: files.ScrollFiles,
  base: string,
) {
  if (!filter) return { total: 0, items: [], next: undefined }
  const from =
    token === undefined || token === 'init'
      ? { after: '', total: await readFiles(context, caller, filter, db => countFiles(db, filter)) }
      : decoded(token)
  const rows = await readFiles(context, caller, filter, db => listFilesAfter(db, filter, from.after, limit + 1))
  const page = rows.slice(0, limit)
  const next = rows.length > limit ? encoded({ ...from, after: page.at(-1)!.id }) : undefined
  return { total: from.total, items: page.map(file => renderFile(file, base)), next }
}

function encoded(from: z.infer<typeof position>): string {
  return Buffer.from(JSON.stringify(from)).toString('base64')
}

function decoded(token: string): z.infer<typeof position> {
  try {
    return position.parse(JSON.parse(Buffer.from(token, 'base64').toString()))
  } catch {
    throw new ApiError(5033, 'is none that an answer gave.', 'token')
  }
}
