import type { FastifyInstance } from 'fastify'
import { ApiError } from '../../errors.ts'
import { parseJson, readText } from '../json.ts'

/**
 * Bodies of any content type, or of none: clients label JSON as they like, send `null` where they have nothing to say, and
 * `{}` with a DELETE. A route reads its body as JSON, or as the text that it is.
 */
export function readBodies(app: FastifyInstance, mostValues: number): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body)
      if (request.is404) done(null, undefined)
      else done(null, request.routeOptions.config.reads === 'text' ? readText(bytes) : parseJson(bytes, mostValues))
    } catch (error) {
      done(error as Error)
    }
  })
  ignoreLabels(app)
  app.addHook('onRequest', async ({ url }) => {
    if (url.includes('%00')) throw new ApiError(90000, 'The character U+0000 is not allowed in an address.')
  })
}

/** Bodies that a handler reads itself, as a stream. */
export function passBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  ignoreLabels(app)
}

/** A label that is no media type at all would be refused before the parser is asked. */
function ignoreLabels(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw }) => {
    if (raw.headers['content-type'] !== undefined) raw.headers['content-type'] = 'application/json'
  })
}
