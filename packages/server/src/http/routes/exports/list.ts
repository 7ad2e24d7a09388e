import { answers, transfers } from '@reprise/contract'
import { listOwnTransfers } from '../../../volumes/transfers/list.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /storage/exports: the caller's own. */
export const listExports = route({
  call: 'exports.list',
  query: transfers.listExports,
  answer: answers.listOf(transfers.exportJob),
  handle: async ({ context, caller, query, base }) =>
    new Page(await listOwnTransfers(context, caller, 'export', query, base), query),
})
