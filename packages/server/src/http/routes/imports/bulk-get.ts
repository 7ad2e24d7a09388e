import { answers, transfers } from '@reprise/contract'
import { recordsFor } from '../../../bulk/records.ts'
import { transferFor } from '../../../volumes/transfers/list.ts'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** POST /bulk/storage/imports/get */
export const getImports = route({
  call: 'bulk.imports.get',
  body: transfers.importIds,
  answer: answers.recordsOf(transfers.importJob),
  invalid: 9011,
  handle: async ({ context, caller, body, base }) =>
    new WholeBody(await recordsFor(body.import_ids, base, id => transferFor(context, caller, 'import', id, base))),
})
