import { Readable } from 'node:stream'
import { uploads } from '@reprise/contract'
import type { Context } from '../../../context.ts'
import { ApiError } from '../../../errors.ts'
import { signedFile } from '../../../files/download.ts'
import { contentDisposition, parseRange, type Range } from '../../../files/range.ts'
import { asApiErrors } from '../../../volumes/api-errors.ts'
import { SENT } from '../../answers.ts'
import { fileSource, Outgoing } from '../../outgoing.ts'
import { route } from '../../route.ts'

/**
 * GET of a signed address: the bytes, or one range of them; always with their length, never compressed. Or a redirect to
 * where they lie.
 */
export const downloadFile = route({
  call: 'files.download',
  answer: 'bytes',
  query: uploads.signedQuery,
  invalid: 90002,
  async handle({ context, path, query, http, reply }) {
    const file = await signedFile(context, path.file, query)
    const elsewhere = await addressElsewhere(context, file)
    if (elsewhere) {
      if (http.method !== 'HEAD') context.meter.fetched(file.project, query.user, file.size)
      reply.redirect(elsewhere, 302)
      return SENT
    }
    const range = parseRange(http.headers.range, file.size)
    const nothing = http.method === 'HEAD' || file.size === 0 || range === 'beyond'
    const bytes = nothing ? Readable.from([]) : await bytesOf(context, file.content, range, query.user)
    reply.headers({
      'Accept-Ranges': 'bytes',
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': contentDisposition(file.name),
      'Last-Modified': new Date(file.modified).toUTCString(),
      'X-Content-Type-Options': 'nosniff',
    })
    if (range === 'beyond') {
      reply.code(416).header('Content-Range', `bytes */${file.size}`).send('')
      return SENT
    }
    reply.header('Content-Length', range ? range.end - range.start + 1 : file.size)
    if (range) reply.code(206).header('Content-Range', `bytes ${range.start}-${range.end}/${file.size}`)
    if (!nothing) context.meter.fetched(file.project, query.user, range ? range.end - range.start + 1 : file.size)
    reply.send(bytes)
    return SENT
  },
})

/** Where the operator lets clients go to the bucket: its own address, when the rights have been looked at. */
async function addressElsewhere({ contents, settings }: Context, file: { content: string; name: string }) {
  if (!settings.redirectDownloads) return undefined
  return await asApiErrors('file', () => contents.presigned(file.content, contentDisposition(file.name)))
}

async function bytesOf(
  { contents, transfers }: Context,
  content: string,
  range: Range | undefined,
  user: string,
): Promise<Readable> {
  const found = await asApiErrors('file', () => contents.locate(content, range))
  if (!found) throw new ApiError(5002, 'The bytes of the file are gone.')
  const source = 'path' in found ? fileSource(found.path, range ?? { start: 0, end: found.size - 1 }) : found.stream
  return new Outgoing(source, { transfers, user })
}
