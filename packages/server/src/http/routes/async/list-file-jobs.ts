import { operations } from '@reprise/contract'
import { listFileOperations as list } from '../../../files/trees/operations.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /async/files: the caller's operations on files, all their fields. */
export const listFileJobs = route({
  call: 'async.files.list',
  query: operations.listOperations,
  answer: operations.fileOperationList,
  handle: async ({ context, caller, query, base }) => new Page(await list(context, caller, query, base), query),
})
