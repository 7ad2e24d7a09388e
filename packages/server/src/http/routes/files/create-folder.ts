import { files } from '@reprise/contract'
import { createFolder as create } from '../../../files/edit.ts'
import { fileFor } from '../../../files/find.ts'
import { renderFile } from '../../../files/render.ts'
import { route } from '../../route.ts'

/** POST /files */
export const createFolder = route({
  call: 'files.createFolder',
  answer: files.file,
  body: files.createFolder,
  invalid: 5033,
  handle: async ({ context, caller, body, base }) => renderFile(await create(context, caller, body), base),
  again: async ({ context, caller, base }, id) =>
    id === null ? undefined : renderFile(await fileFor(context, caller, 'files.get', id), base),
})
