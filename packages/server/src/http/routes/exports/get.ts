import { transfers } from '@reprise/contract'
import { transferFor } from '../../../volumes/transfers/list.ts'
import { route } from '../../route.ts'

/** GET /storage/exports/{id} */
export const getExport = route({
  call: 'exports.get',
  answer: transfers.exportJob,
  handle: ({ context, caller, path, base }) => transferFor(context, caller, 'export', path.export, base),
})
