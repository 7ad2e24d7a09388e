import { transfers } from '@reprise/contract'
import { transferFor } from '../../../volumes/transfers/list.ts'
import { renderTransfer } from '../../../volumes/transfers/render.ts'
import { startImport as start } from '../../../volumes/transfers/start-import.ts'
import { route } from '../../route.ts'

/** POST /storage/imports */
export const startImport = route({
  call: 'imports.start',
  body: transfers.startImport,
  answer: transfers.importJob,
  invalid: 9011,
  handle: async ({ context, caller, body, base }) => renderTransfer(context, await start(context, caller, body), base),
  again: async ({ context, caller, base }, id) =>
    id === null ? undefined : transferFor(context, caller, 'import', id, base),
})
