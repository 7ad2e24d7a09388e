import { uploads } from '@reprise/contract'
import { countParts, listParts } from '../../../database/uploads.ts'
import { uploadFor } from '../../../uploads/find.ts'
import { renderPart, renderUpload } from '../../../uploads/render.ts'
import { route } from '../../route.ts'

/** GET /upload/multipart/{id}: with list_parts also the parts that were reported. */
export const getUpload = route({
  call: 'uploads.get',
  answer: uploads.uploadDetails,
  query: uploads.getUpload,
  async handle({ context, caller, path, query, base }) {
    const upload = await uploadFor(context, caller, 'uploads.get', path.upload)
    const { read } = context.database
    if (!query.list_parts) {
      return { ...renderUpload(upload, base), uploaded_parts_count: await countParts(read, upload.id) }
    }
    const parts = (await listParts(read, upload.id)).filter(part => part.reported === 1).map(renderPart)
    return { ...renderUpload(upload, base), uploaded_parts_count: parts.length, parts }
  },
})
