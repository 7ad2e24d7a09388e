import { transfers } from '@reprise/contract'
import { transferFor } from '../../../volumes/transfers/list.ts'
import { route } from '../../route.ts'

/** GET /storage/imports/{id} */
export const getImport = route({
  call: 'imports.get',
  answer: transfers.importJob,
  handle: ({ context, caller, path, base }) => transferFor(context, caller, 'import', path.import, base),
})
