import { drs } from '@reprise/contract'
import { drsImport, importDrs, renderDrsImport } from '../../../volumes/drs/imports.ts'
import { route } from '../../route.ts'

/** POST /bulk/drs/imports/create */
export const startDrsImport = route({
  call: 'bulk.drs.start',
  body: drs.importDrs,
  answer: drs.drsImport,
  invalid: 9011,
  handle: async ({ context, caller, body, base }) => renderDrsImport(await importDrs(context, caller, body), [], base),
  again: async ({ context, caller, base }, id) => (id === null ? undefined : drsImport(context, caller, id, base)),
})
