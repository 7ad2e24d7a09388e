import { answers, transfers } from '@reprise/contract'
import { recordsFor } from '../../../bulk/records.ts'
import { renderTransfer } from '../../../volumes/transfers/render.ts'
import { startExport } from '../../../volumes/transfers/start-export.ts'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** POST /bulk/storage/exports/create */
export const startExports = route({
  call: 'bulk.exports.start',
  query: transfers.startExportQuery,
  body: transfers.startExports,
  answer: answers.recordsOf(transfers.exportJob),
  invalid: 9011,
  handle: async ({ context, caller, body, query, base }) => {
    const options = { copyOnly: query.copy_only ?? false, overwrite: query.overwrite ?? false }
    const records = recordsFor(body.items, base, async item =>
      renderTransfer(context, await startExport(context, caller, item, options), base),
    )
    return new WholeBody(await records)
  },
})
