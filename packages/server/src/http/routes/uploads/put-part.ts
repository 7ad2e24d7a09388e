import type { Readable } from 'node:stream'
import { uploads } from '@reprise/contract'
import { putPart } from '../../../uploads/parts.ts'
import { route } from '../../route.ts'

/** PUT to a signed address: the bytes of a part. */
export const putUploadPart = route({
  call: 'uploads.putPart',
  answer: 'nothing',
  query: uploads.signedQuery,
  invalid: 90002,
  reads: 'stream',
  async handle({ context, path, query, body, http, reply }) {
    const source = (body ?? http.raw) as Readable
    const etag = await putPart(context, path.upload, path.part, query, source)
    reply.header('ETag', `"${etag}"`)
  },
})
