import { removeFile } from '../../../files/edit.ts'
import { route } from '../../route.ts'

/** DELETE /files/{id} */
export const deleteFile = route({
  call: 'files.delete',
  handle: async ({ context, caller, path }) => {
    await removeFile(context, caller, 'files.delete', path.file)
  },
})
