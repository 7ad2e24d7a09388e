import type { FastifyInstance, FastifyReply } from 'fastify'
import { allowHeader } from '../allowed.ts'

const REQUEST_HEADERS = [
  'X-SBG-Auth-Token',
  'Authorization',
  'Content-Type',
  'X-SBG-Advance-Access',
  'Idempotency-Key',
  'X-Request-Id',
]

const ANSWER_HEADERS = [
  'X-Total-Matching-Query',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'X-Request-Id',
  'Retry-After',
  'Idempotency-Replayed',
  'ETag',
]

/** Seconds that a browser may remember a preflight. */
const REMEMBERED = 600

/**
 * Pages of other origins may call, when the operator has named them (`*`: all). A token is sent as a header and never as a
 * cookie, so credentials are not allowed. OPTIONS is answered for every path that there is, without a token.
 */
export function allowOrigins(app: FastifyInstance, origins: readonly string[]): void {
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers
    const allowed = origin !== undefined && (origins.includes(origin) || origins.includes('*'))
    if (origins.length > 0) reply.header('Vary', 'Origin')
    if (allowed) {
      reply.header('Access-Control-Allow-Origin', origin)
      reply.header('Access-Control-Expose-Headers', ANSWER_HEADERS.join(', '))
    }
    if (request.method !== 'OPTIONS') return undefined
    const methods = allowHeader(request.url)
    if (methods === undefined) return undefined
    if (allowed && request.headers['access-control-request-method'] !== undefined) preflight(reply, methods)
    return reply.header('Allow', methods).code(204).send()
  })
}

function preflight(reply: FastifyReply, methods: string): void {
  reply.headers({
    'Access-Control-Allow-Methods': methods,
    'Access-Control-Allow-Headers': REQUEST_HEADERS.join(', '),
    'Access-Control-Max-Age': REMEMBERED,
  })
}
