import { files } from '@reprise/contract'
import { fileFor } from '../../../files/find.ts'
import { moveFile as move } from '../../../files/move.ts'
import { renderFile } from '../../../files/render.ts'
import { route } from '../../route.ts'

/** POST /files/{id}/actions/move */
export const moveFile = route({
  call: 'files.move',
  body: files.moveFile,
  answer: files.file,
  invalid: 5033,
  handle: async ({ context, caller, path, body, base }) =>
    renderFile(await move(context, caller, path.file, body), base),
  again: async ({ context, caller, base }, id) =>
    id === null ? undefined : renderFile(await fileFor(context, caller, 'files.get', id), base),
})
