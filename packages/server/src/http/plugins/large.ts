import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { UserLanes } from '../../pacing/user-lanes.ts'

/** Bytes from which on a body is read, or an answer made, in its user's turn. */
const LARGE = 2 ** 20

/**
 * Large JSON bodies of one user are read one at a time: each holds this thread for a while, and several at once would do so
 * again and again before anybody else is heard. The turn lasts until the call is answered.
 */
export function queueLargeBodies(app: FastifyInstance, turns: UserLanes): void {
  app.addHook('preParsing', async (request, reply, payload) => {
    const { reads } = request.routeOptions.config
    if (reads !== 'json' || !isLarge(request)) return payload
    const leave = await turns.enter(request.caller.username)
    if (reply.raw.destroyed) leave()
    else reply.raw.once('close', leave)
    return payload
  })
}

function isLarge({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > LARGE
}
