import { operations } from '@reprise/contract'
import { fileOperation, renderFileOperation } from '../../../files/trees/operations.ts'
import { submitRemoval } from '../../../files/trees/submit.ts'
import { route } from '../../route.ts'

/** POST /async/files/delete */
export const deleteFilesLater = route({
  call: 'async.files.delete',
  body: operations.removeFiles,
  answer: operations.fileOperation,
  invalid: 10232,
  handle: async ({ context, caller, body, base }) =>
    renderFileOperation(await submitRemoval(context, caller, body), [], base),
  again: ({ context, caller, base }, id) =>
    id === null ? undefined : fileOperation(context, caller, 'delete', id, base),
})
