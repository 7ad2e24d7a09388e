import type { Socket } from 'node:net'
import type { ErrorCode } from '@reprise/contract'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isPassing } from '../../database/errors.ts'
import { ApiError, errorBody } from '../../errors.ts'
import { localAddressOf, PREFIX, schemeOf } from '../address.ts'
import { allowHeader } from '../allowed.ts'
import { SECURITY_HEADERS } from './headers.ts'
import { described } from './log.ts'

/** Turns whatever was thrown into the error body; the cause of a 5xx goes to the log only. */
export function renderErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | ApiError, request, reply) => {
    const known = error instanceof ApiError ? error : brokeOff(request) ? BROKEN_OFF : translate(error)
    if (known.status >= 500) request.log.error({ err: error, ...described(request) }, 'call failed')
    return sendError(request, reply, known)
  })
  app.setNotFoundHandler((request, reply) => {
    const allowed = allowHeader(request.url)
    if (allowed === undefined) return sendError(request, reply, new ApiError(90003))
    reply.header('Allow', allowed)
    return sendError(request, reply, new ApiError(90006, `Allowed here: ${allowed}.`))
  })
}

const BROKEN_OFF = new ApiError(90000, 'The request broke off.')

/** The client went away within its body: what then fails is no failure of the server. */
function brokeOff({ raw }: FastifyRequest): boolean {
  return raw.destroyed && !raw.complete
}

function sendError(request: FastifyRequest, reply: FastifyReply, error: ApiError): FastifyReply {
  return reply.code(error.status).type('application/json; charset=utf-8').send(errorBody(error, request.base))
}

/** Of the database: in trouble for a while is 503 with code 0. Fastify's own: what a client did wrong stays a 4xx. */
function translate(error: FastifyError): ApiError {
  if (isPassing(error)) return new ApiError(0, "The server can't store anything right now. Try again in some minutes.")
  const status = error.statusCode ?? 500
  if (status === 413) return new ApiError(90000, 'The body is too large.', undefined, 413)
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

/** By Node's code of the trouble. */
const BARE: { [code: string]: [status: number, reason: string, message: string] } = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'The headers are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'The headers did not come in time.'],
}

/** What is no HTTP at all, or has headers without end, never becomes a call: it is answered on the bare connection. */
export function refuseMalformed(error: Error & { code?: string; rawPacket?: unknown }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const base = `${schemeOf(socket)}://${localAddressOf(socket)}${PREFIX}`
  const [status, reason, message] = BARE[error.code ?? ''] ?? [400, 'Bad Request', 'The request is not valid HTTP.']
  const refusal = new ApiError(90000, message, undefined, status)
  const body = JSON.stringify(errorBody(refusal, base))
  const { rawPacket } = error
  const isHead = Buffer.isBuffer(rawPacket) && rawPacket.subarray(0, 5).toString('latin1') === 'HEAD '
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
    ...SECURITY_HEADERS,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n${isHead ? '' : body}`)
}
