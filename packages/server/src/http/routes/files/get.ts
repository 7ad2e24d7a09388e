import { files } from '@reprise/contract'
import { fileFor } from '../../../files/find.ts'
import { renderFile } from '../../../files/render.ts'
import { route } from '../../route.ts'

/** GET /files/{id} */
export const getFile = route({
  call: 'files.get',
  answer: files.file,
  handle: async ({ context, caller, path, base }) =>
    renderFile(await fileFor(context, caller, 'files.get', path.file), base),
})
