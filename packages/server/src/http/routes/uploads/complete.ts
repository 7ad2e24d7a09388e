import { files, uploads } from '@reprise/contract'
import { fileFor } from '../../../files/find.ts'
import { renderFile } from '../../../files/render.ts'
import { completeUpload as complete } from '../../../uploads/complete.ts'
import { route } from '../../route.ts'

/** POST /upload/multipart/{id}/complete */
export const completeUpload = route({
  call: 'uploads.complete',
  answer: files.file,
  body: uploads.completeUpload,
  invalid: 8015,
  handle: async ({ context, caller, path, body, base }) =>
    renderFile(await complete(context, caller, path.upload, body.parts ?? []), base),
  again: async ({ context, caller, base }, id) =>
    id === null ? undefined : renderFile(await fileFor(context, caller, 'files.get', id), base),
  repeats: true,
})
