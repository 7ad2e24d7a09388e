import { files } from '@reprise/contract'
import { editFile as edit } from '../../../files/edit.ts'
import { renderFile } from '../../../files/render.ts'
import { route } from '../../route.ts'

/** PATCH /files/{id} */
export const editFile = route({
  call: 'files.edit',
  answer: files.file,
  body: files.editFile,
  invalid: 5033,
  handle: async ({ context, caller, path, body, base }) =>
    renderFile(await edit(context, caller, path.file, body), base),
})
