import { Readable } from 'node:stream'
import { uploads } from '@reprise/contract'
import { ApiError } from '../../../errors.ts'
import { signedFile } from '../../../files/download.ts'
import { contentDisposition, parseRange } from '../../../files/range.ts'
import { route } from '../../route.ts'

/** GET of a signed address: the bytes, or one range of them; always with their length, never compressed. */
export const downloadFile = route({
  call: 'files.download',
  query: uploads.signedQuery,
  invalid: 90002,
  async handle({ context, path, query, http, reply }) {
    const file = await signedFile(context, path.file, query)
    const range = parseRange(http.headers.range, file.size)
    reply.headers({
      'Accept-Ranges': 'bytes',
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': contentDisposition(file.name),
      'Last-Modified': new Date(file.modified).toUTCString(),
      'X-Content-Type-Options': 'nosniff',
    })
    if (range === 'beyond') {
      return reply
        .code(416)
        .headers({ 'Content-Range': `bytes */${file.size}`, 'Content-Length': 0 })
        .send('')
    }
    reply.header('Content-Length', range ? range.end - range.start + 1 : file.size)
    if (range) reply.code(206).header('Content-Range', `bytes ${range.start}-${range.end}/${file.size}`)
    if (http.method === 'HEAD' || file.size === 0) return reply.send(Readable.from([]))
    const opened = await context.contents.open(file.content, range)
    if (!opened) throw new ApiError(5002, 'The bytes of the file are gone.')
    return reply.send(opened.stream)
  },
})
