import type { Socket } from 'node:net'
import { type ErrorCode, ROUTES } from '@reprise/contract'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isPassing } from '../../database/errors.ts'
import { ApiError, errorBody } from '../../errors.ts'
import { PREFIX } from '../address.ts'

/** Turns whatever was thrown into the error body; the cause of a 5xx goes to the log only. */
export function renderErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | ApiError, request, reply) => {
    const known = error instanceof ApiError ? error : translate(error)
    if (known.status >= 500) request.log.error({ err: error, url: request.url, id: request.id }, 'call failed')
    return sendError(request, reply, known)
  })
  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsOf(request.url)
    if (allowed.length === 0) return sendError(request, reply, new ApiError(90003))
    reply.header('Allow', allowed.join(', '))
    return sendError(request, reply, new ApiError(90006, `Allowed here: ${allowed.join(', ')}.`))
  })
}

function sendError(request: FastifyRequest, reply: FastifyReply, error: ApiError): FastifyReply {
  return reply.code(error.status).type('application/json; charset=utf-8').send(errorBody(error, request.base))
}

/** Of the database: in trouble for a while is 503 with code 0. Fastify's own: what a client did wrong stays a 4xx. */
function translate(error: FastifyError): ApiError {
  if (isPassing(error)) return new ApiError(0, "The server can't store anything right now. Try again in some minutes.")
  const status = error.statusCode ?? 500
  if (status === 413) return new ApiError(90000, 'The body is too large.')
  const code: ErrorCode | undefined = BY_STATUS.get(status)
  if (code !== undefined) return new ApiError(code, error.message)
  return status >= 400 && status < 500 ? new ApiError(90000, error.message) : new ApiError(90004)
}

const BY_STATUS = new Map<number, ErrorCode>([
  [400, 90000],
  [401, 90001],
  [403, 90002],
  [404, 90003],
  [405, 90006],
  [409, 90007],
  [415, 90008],
])

const PATTERNS = ROUTES.map(({ method, path }) => ({
  method,
  pattern: new RegExp(`^${PREFIX}${path === '/' ? '' : path.replace(/:\w+/g, '[^/]+')}/?$`),
}))

/** The methods that the path of a URL knows. */
function methodsOf(url: string): string[] {
  const path = url.split('?', 1)[0]!
  return [...new Set(PATTERNS.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))]
}

/** What is no HTTP at all, or has headers without end, never becomes a call: it is answered on the bare connection. */
export function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const local = `http://${socket.localAddress}:${socket.localPort}${PREFIX}`
  const refusal = new ApiError(90000, 'The request is not valid HTTP, or its headers are too large.')
  const body = JSON.stringify(errorBody(refusal, local))
  const head = `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}`
  socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`)
}
