import { removeFile } from '../../../files/edit.ts'
import { route } from '../../route.ts'

/** DELETE /files/{id} */
export const deleteFile = route({
  call: 'files.delete',
  handle: ({ context, caller, path }) => removeFile(context, caller, path.file),
})
