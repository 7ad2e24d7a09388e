import { transfers } from '@reprise/contract'
import { transferFor } from '../../../volumes/transfers/list.ts'
import { renderTransfer } from '../../../volumes/transfers/render.ts'
import { startExport as start } from '../../../volumes/transfers/start-export.ts'
import { route } from '../../route.ts'

/** POST /storage/exports; `overwrite` may stand in the query, too. */
export const startExport = route({
  call: 'exports.start',
  query: transfers.startExportQuery,
  body: transfers.startExport,
  answer: transfers.exportJob,
  invalid: 9011,
  handle: async ({ context, caller, body, query, base }) => {
    const options = { copyOnly: query.copy_only ?? false, overwrite: query.overwrite ?? false }
    return renderTransfer(context, await start(context, caller, body, options), base)
  },
  again: async ({ context, caller, base }, id) =>
    id === null ? undefined : transferFor(context, caller, 'export', id, base),
})
