import { operations } from '@reprise/contract'
import { fileJob, renderFileJob } from '../../../files/trees/jobs.ts'
import { submitTransfer } from '../../../files/trees/submit.ts'
import { route } from '../../route.ts'

/** POST /async/files/move */
export const moveFilesLater = route({
  call: 'async.files.move',
  body: operations.transferFiles,
  answer: operations.fileOperation,
  invalid: 10232,
  handle: async ({ context, caller, body, base }) =>
    renderFileJob(await submitTransfer(context, caller, 'move', body), [], base),
  again: ({ context, caller, base }, id) => (id === null ? undefined : fileJob(context, caller, 'move', id, base)),
})
