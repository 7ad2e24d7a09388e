import { files } from '@reprise/contract'
import { copyFile as copy } from '../../../files/copy.ts'
import { fileFor } from '../../../files/find.ts'
import { renderFile } from '../../../files/render.ts'
import { route } from '../../route.ts'

/** POST /files/{id}/actions/copy */
export const copyFile = route({
  call: 'files.copy',
  body: files.copyFile,
  answer: files.file,
  invalid: 5033,
  handle: async ({ context, caller, path, body, base }) =>
    renderFile(await copy(context, caller, path.file, body), base),
  again: async ({ context, caller, base }, id) =>
    id === null ? undefined : renderFile(await fileFor(context, caller, 'files.get', id), base),
})
