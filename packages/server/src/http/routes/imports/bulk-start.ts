import { answers, transfers } from '@reprise/contract'
import { recordsFor } from '../../../bulk/records.ts'
import { renderTransfer } from '../../../volumes/transfers/render.ts'
import { startImport } from '../../../volumes/transfers/start-import.ts'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** POST /bulk/storage/imports/create */
export const startImports = route({
  call: 'bulk.imports.start',
  body: transfers.startImports,
  answer: answers.recordsOf(transfers.importJob),
  invalid: 9011,
  handle: async ({ context, caller, body, base }) =>
    new WholeBody(
      await recordsFor(body.items, base, async item =>
        renderTransfer(context, await startImport(context, caller, item), base),
      ),
    ),
})
