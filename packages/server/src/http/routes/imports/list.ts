import { answers, transfers } from '@reprise/contract'
import { listOwnTransfers } from '../../../volumes/transfers/list.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /storage/imports: the caller's own. */
export const listImports = route({
  call: 'imports.list',
  query: transfers.listImports,
  answer: answers.listOf(transfers.importJob),
  handle: async ({ context, caller, query, base }) =>
    new Page(await listOwnTransfers(context, caller, 'import', query, base), query),
})
