import { answers, transfers } from '@reprise/contract'
import { listJobs } from '../../../volumes/transfers/jobs.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /storage/imports: the caller's own. */
export const listImports = route({
  call: 'imports.list',
  query: transfers.listImports,
  answer: answers.listOf(transfers.importJob),
  handle: async ({ context, caller, query, base }) =>
    new Page(await listJobs(context, caller, 'import', query, base), query),
})
