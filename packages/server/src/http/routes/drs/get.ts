import { drs } from '@reprise/contract'
import { drsJob } from '../../../volumes/drs/jobs.ts'
import { route } from '../../route.ts'

/** GET /bulk/drs/imports/{id} */
export const getDrsImport = route({
  call: 'bulk.drs.get',
  answer: drs.drsImport,
  handle: ({ context, caller, path, base }) => drsJob(context, caller, path.import, base),
})
