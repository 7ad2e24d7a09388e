import { transfers } from '@reprise/contract'
import { jobFor } from '../../../volumes/transfers/jobs.ts'
import { route } from '../../route.ts'

/** GET /storage/exports/{id} */
export const getExport = route({
  call: 'exports.get',
  answer: transfers.exportJob,
  handle: ({ context, caller, path, base }) => jobFor(context, caller, 'export', path.export, base),
})
