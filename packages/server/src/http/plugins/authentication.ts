import { ruleOf } from '@reprise/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import type { Caller } from '../../context.ts'
import type { Database } from '../../database/index.ts'
import { ApiError } from '../../errors.ts'
import { callerOf } from '../../users/callers.ts'
import type { RateLimit } from '../rate-limit.ts'

const NOBODY: Caller = { username: '', admin: false }
/** Tokens whose users are remembered. */
const REMEMBERED = 1000

/**
 * Finds out who calls, by the token in X-SBG-Auth-Token or Authorization: Bearer, before anything of the call is read, and
 * counts the call. The directory and signed addresses need no token, and neither does a path where nothing is; who has one
 * is counted there as well.
 *
 * A GET with a token that was good before starts at once, for the user that it had then: the look at the token goes to the
 * database in the same message as the call's own reads, and the answer waits for it (`confirmed`, route.ts). Nothing is
 * answered, and nothing written, on the word of memory.
 */
export function authenticate(app: FastifyInstance, database: Database, rate: RateLimit): void {
  const remembered = new LRUCache<string, Caller>({ max: REMEMBERED })
  const remember = (token: string, caller: Caller | undefined) => {
    if (caller) remembered.set(token, caller)
    else remembered.delete(token)
  }
  const look = async (token: string | undefined) => {
    const caller = await callerOf(database.read, token)
    if (token !== undefined) remember(token, caller)
    return caller
  }
  app.decorateRequest('caller')
  app.decorateRequest('confirmed')
  app.addHook('onRequest', async (request, reply) => {
    request.caller = NOBODY
    const { call } = request.routeOptions.config
    const need = call && ruleOf(call).need
    const open = need === undefined || need === 'nobody' || need === 'signed'
    if (open && !request.is404) return
    const token = tokenOf(request)
    const known = open || request.method !== 'GET' ? undefined : remembered.get(token ?? '')
    if (known) {
      request.confirmed = look(token)
      // a call that is refused before it asks waits for nothing
      request.confirmed.catch(() => undefined)
    }
    const caller = known ?? (await look(token))
    if (!caller && open) return
    if (!caller) throw new ApiError(90001)
    request.caller = caller
    limit(reply, rate, caller.username, call === 'rateLimit.get' ? 0 : 1)
  })
}

export function tokenOf(request: FastifyRequest): string | undefined {
  const token = request.headers['x-sbg-auth-token']
  if (typeof token === 'string') return token.trim()
  return /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1]
}

function limit(reply: FastifyReply, rate: RateLimit, username: string, count: 0 | 1): void {
  const allowance = rate.take(username, count)
  reply.headers({
    'X-RateLimit-Limit': allowance.limit,
    'X-RateLimit-Remaining': allowance.remaining,
    'X-RateLimit-Reset': allowance.reset,
  })
  if (!allowance.exceeded || count === 0) return
  reply.header('Retry-After', Math.max(1, Math.ceil(allowance.reset - Date.now() / 1000)))
  throw new ApiError(1000)
}
