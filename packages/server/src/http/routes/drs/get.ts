import { drs } from '@reprise/contract'
import { drsImport } from '../../../volumes/drs/imports.ts'
import { route } from '../../route.ts'

/** GET /bulk/drs/imports/{id} */
export const getDrsImport = route({
  call: 'bulk.drs.get',
  answer: drs.drsImport,
  handle: ({ context, caller, path, base }) => drsImport(context, caller, path.import, base),
})
