import { uploads } from '@reprise/contract'
import { partAddress } from '../../../uploads/parts.ts'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /upload/multipart/{id}/part/{n}: where to put the bytes. */
export const getUploadPart = route({
  call: 'uploads.getPart',
  answer: uploads.uploadPart,
  handle: async ({ context, caller, path, base }) =>
    new WholeBody(await partAddress(context, caller, path.upload, path.part, base)),
})
