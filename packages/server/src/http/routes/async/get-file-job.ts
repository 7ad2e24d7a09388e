import { operations } from '@reprise/contract'
import { fileOperation } from '../../../files/trees/operations.ts'
import { route } from '../../route.ts'

const answer = operations.fileOperation

/** GET /async/files/copy/{id} */
export const getCopyJob = route({
  call: 'async.files.getCopy',
  answer,
  handle: ({ context, caller, path, base }) => fileOperation(context, caller, 'copy', path.operation, base),
})

/** GET /async/files/move/{id} */
export const getMoveJob = route({
  call: 'async.files.getMove',
  answer,
  handle: ({ context, caller, path, base }) => fileOperation(context, caller, 'move', path.operation, base),
})

/** GET /async/files/delete/{id} */
export const getDeleteJob = route({
  call: 'async.files.getDelete',
  answer,
  handle: ({ context, caller, path, base }) => fileOperation(context, caller, 'delete', path.operation, base),
})
