import { operations } from '@reprise/contract'
import { fileOperation, renderFileOperation } from '../../../files/trees/operations.ts'
import { submitTransfer } from '../../../files/trees/submit.ts'
import { route } from '../../route.ts'

/** POST /async/files/move */
export const moveFilesLater = route({
  call: 'async.files.move',
  body: operations.transferFiles,
  answer: operations.fileOperation,
  invalid: 10232,
  handle: async ({ context, caller, body, base }) =>
    renderFileOperation(await submitTransfer(context, caller, 'move', body), [], base),
  again: ({ context, caller, base }, id) =>
    id === null ? undefined : fileOperation(context, caller, 'move', id, base),
})
