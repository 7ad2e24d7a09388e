import { uploads } from '@reprise/contract'
import { reportParts } from '../../../uploads/parts.ts'
import { route } from '../../route.ts'

/** POST /upload/multipart/{id}/part: answered with an empty body, which clients rely on. */
export const reportUploadPart = route({
  call: 'uploads.reportPart',
  answer: 'nothing',
  body: uploads.partReport,
  invalid: 8014,
  repeats: true,
  handle: ({ context, caller, path, body }) => reportParts(context, caller, path.upload, [body]),
})

/** POST /upload/multipart/{id}: several reports at once. */
export const reportUploadParts = route({
  call: 'uploads.reportParts',
  answer: 'nothing',
  body: uploads.partReports,
  invalid: 8015,
  repeats: true,
  handle: ({ context, caller, path, body }) => reportParts(context, caller, path.upload, body.parts),
})
