import { files } from '@reprise/contract'
import { search } from '../../../files/search/search.ts'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** POST /files/search: by a query in its own language. */
export const searchFiles = route({
  call: 'files.search',
  query: files.searchFilesQuery,
  body: files.searchFiles,
  answer: files.searchResult,
  handle: async ({ context, caller, query, body }) => new WholeBody(await search(context, caller, body, query)),
  repeats: true,
})
