import type { files } from '@reprise/contract'
import { bareId, common } from '@reprise/contract'
import type { Caller, Context } from '../../context.ts'
import { findProject } from '../../database/projects.ts'
import { searchFiles } from '../../database/search.ts'
import { ApiError } from '../../errors.ts'
import { runSearch } from '../../pacing/searching.ts'
import { authorise } from '../../rights/authorise.ts'
import { parseSearch } from './parse.ts'
import { syntaxError, type Token } from './tokens.ts'

/**
 * A page of what a query finds. What the query says of limit and token wins over the call's parameters. Throws ApiError
 * 90000 with the position of a mistake, 3002 for a project that the caller may not read.
 */
export async function search(context: Context, caller: Caller, given: files.SearchFiles, page: files.SearchFilesQuery) {
  const { database, limits } = context
  if (given.query === undefined)
    throw new ApiError(90000, 'is missing: give a query, such as IN "owner/project".', 'query')
  const query = parseSearch(given.query, limits)
  const projects: string[] = []
  for (const location of query.locations) {
    projects.push(authorise('files.search', await findProject(database.read, projectOf(location), caller.username)).id)
  }
  const limit = Math.min(query.limit ?? page.limit ?? common.PAGE.default, common.PAGE.most)
  const token = query.token ?? page.cont_token ?? ''
  const after = token === '' || token === 'init' ? '' : decoded(token)
  const wanted = { projects, condition: query.condition, after, limit: limit + 1 }
  const rows = await runSearch(context, caller, db => searchFiles(db, wanted))
  const found = rows.slice(0, limit)
  return {
    count: found.length,
    cont_token: rows.length > limit ? Buffer.from(found.at(-1)!.id).toString('base64') : '',
    result_set: found.map(({ id, name, type, metadata, tags }) => ({
      id,
      name,
      type: type.toUpperCase(),
      metadata: JSON.parse(metadata) as { [key: string]: string },
      tags: JSON.parse(tags) as string[],
    })),
  }
}

/** `owner/project`, or with `/Projects/` before it. */
function projectOf({ value, position }: Token): string {
  const id = bareId(value.replace(/^\/?Projects\//i, ''))
  if (/^\/?Datasets\//i.test(value))
    throw new ApiError(90003, `at position ${position}: there is no such dataset.`, 'query')
  if (!/^[^/\s]+\/[^/\s]+$/.test(id)) throw syntaxError(position, 'a project is written as "owner/project"')
  return id
}

function decoded(token: string): string {
  const id = Buffer.from(token, 'base64').toString()
  if (!/^[0-9a-f]{24}$/.test(id)) throw new ApiError(90000, 'is none that an answer gave.', 'cont_token')
  return id
}
