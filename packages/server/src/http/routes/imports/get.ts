import { transfers } from '@reprise/contract'
import { jobFor } from '../../../volumes/transfers/jobs.ts'
import { route } from '../../route.ts'

/** GET /storage/imports/{id} */
export const getImport = route({
  call: 'imports.get',
  answer: transfers.importJob,
  handle: ({ context, caller, path, base }) => jobFor(context, caller, 'import', path.import, base),
})
