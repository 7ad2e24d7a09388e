import { answers, transfers } from '@reprise/contract'
import { recordsFor } from '../../../bulk/records.ts'
import { transferFor } from '../../../volumes/transfers/list.ts'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** POST /bulk/storage/exports/get */
export const getExports = route({
  call: 'bulk.exports.get',
  body: transfers.exportIds,
  answer: answers.recordsOf(transfers.exportJob),
  invalid: 9011,
  handle: async ({ context, caller, body, base }) =>
    new WholeBody(await recordsFor(body.export_ids, base, id => transferFor(context, caller, 'export', id, base))),
})
