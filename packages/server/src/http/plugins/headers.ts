import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** What every answer says to a browser: an answer is data, never a page, and is shown in no frame. */
export const SECURITY_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
}

const HSTS = 'max-age=31536000'

/** The headers of every answer; HSTS only where the client came by https, and never may come otherwise (`strict`). */
export function setSecurityHeaders(request: FastifyRequest, reply: FastifyReply, base: string, strict: boolean): void {
  request.base = base
  reply.headers(SECURITY_HEADERS).header('X-Request-Id', request.id)
  if (strict && base.startsWith('https:')) reply.header('Strict-Transport-Security', HSTS)
}

const SANE_ID = /^[A-Za-z0-9._:-]{1,128}$/

/** The id that the client gave the call, where it is one that may stand in a log; else a new one. */
export function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && SANE_ID.test(given) ? given : randomUUID()
}
