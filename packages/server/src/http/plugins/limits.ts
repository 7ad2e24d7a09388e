import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ApiError } from '../../errors.ts'

/** How long clients are waited for, in milliseconds. */
export interface Patience {
  /** for the handshake of a connection by https */
  handshake: number
  /** for the headers of a call */
  headers: number
  /** for the whole body of a call, where it is read at once; a part of an upload has no such limit */
  body: number
  /**
   * for the next byte, in either direction: a slow transfer goes on, a dead one ends. A kernel with large buffers tells of a
   * download's progress in steps of a megabyte, so this is long.
   */
  idle: number
}

export const PATIENCE: Patience = { handshake: 30_000, headers: 30_000, body: 120_000, idle: 300_000 }

/**
 * Refuses bodies that can't be read, and ends those that don't come. JSON may have any label, because clients label it as
 * they like; what is certainly something else is 415.
 */
export function guardBodies(app: FastifyInstance, patience: Patience): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.reads === 'stream' || request.is404) return
    if (!hasBody(request)) return
    refuseUnreadable(request)
    if (request.method === 'GET' || request.method === 'HEAD') return
    const { raw } = request
    const timer = setTimeout(() => {
      if (raw.complete) return
      reply.header('Connection', 'close')
      raw.emit('error', new ApiError(90000, 'The body did not come in time.', undefined, 408))
    }, patience.body)
    raw.once('close', () => clearTimeout(timer))
    raw.once('end', () => clearTimeout(timer))
  })
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function refuseUnreadable({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new ApiError(90008, `bodies are not read as ${encoding.slice(0, 40)}.`, 'Content-Encoding')
  }
  if (/^\s*(multipart\/|image\/|audio\/|video\/)/i.test(headers['content-type'] ?? '')) {
    throw new ApiError(90008, undefined, 'Content-Type')
  }
}
