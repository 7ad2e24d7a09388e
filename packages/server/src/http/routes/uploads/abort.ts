import { abortUpload as abort } from '../../../uploads/abort.ts'
import { route } from '../../route.ts'

/** DELETE /upload/multipart/{id} */
export const abortUpload = route({
  call: 'uploads.abort',
  handle: ({ context, caller, path }) => abort(context, caller, path.upload),
})
