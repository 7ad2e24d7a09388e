import { uploads } from '@reprise/contract'
import { beginUpload as begin } from '../../../uploads/begin.ts'
import { uploadFor } from '../../../uploads/find.ts'
import { renderUpload } from '../../../uploads/render.ts'
import { route } from '../../route.ts'

/** POST /upload/multipart */
export const beginUpload = route({
  call: 'uploads.begin',
  answer: uploads.upload,
  query: uploads.beginUploadQuery,
  body: uploads.beginUpload,
  invalid: 8013,
  handle: async ({ context, caller, query, body, base }) =>
    renderUpload(await begin(context, caller, body, query.overwrite ?? false), base),
  again: async ({ context, caller, base }, id) =>
    id === null ? undefined : renderUpload(await uploadFor(context, caller, 'uploads.get', id), base),
})
