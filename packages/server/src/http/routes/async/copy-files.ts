import { operations } from '@reprise/contract'
import { fileOperation, renderFileOperation } from '../../../files/trees/operations.ts'
import { submitTransfer } from '../../../files/trees/submit.ts'
import { route } from '../../route.ts'

/** POST /async/files/copy */
export const copyFilesLater = route({
  call: 'async.files.copy',
  body: operations.transferFiles,
  answer: operations.fileOperation,
  invalid: 10232,
  handle: async ({ context, caller, body, base }) =>
    renderFileOperation(await submitTransfer(context, caller, 'copy', body), [], base),
  again: ({ context, caller, base }, id) =>
    id === null ? undefined : fileOperation(context, caller, 'copy', id, base),
})
