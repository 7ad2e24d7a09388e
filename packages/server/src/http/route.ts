import { type Call, type ErrorCode, type PathOf, type Route, routeOf } from '@reprise/contract'
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { z } from 'zod'
import type { Caller, Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { Bare, Page, Scroll, SENT } from './answers.ts'
import { type Fields, type Item, parseFields, select } from './fields.ts'
import { collection, type Query, scrolled } from './paging.ts'

/** A call as a handler sees it: parsed, checked, and its caller known. */
export interface Request<C extends Call = Call, Q = unknown, B = unknown> {
  context: Context
  caller: Caller
  path: PathOf<C>
  query: Q
  body: B
  fields: Fields
  /** absolute address below which every href lies */
  base: string
  http: FastifyRequest
  reply: FastifyReply
}

export interface Definition<C extends Call, Q extends z.ZodType, B extends z.ZodType> {
  call: C
  query?: Q
  body?: B
  /** what a success looks like, all its fields there; for the API's description and the tests that check answers */
  answer?: z.ZodType
  /** code of the answer when query or body don't fit their schema; 90000 when not given */
  invalid?: ErrorCode
  /** how the body comes: as JSON, as the text that it is, or not read at all */
  reads?: 'json' | 'text' | 'stream'
  /** bytes; for `json` and `text` */
  bodyLimit?: number
  /**
   * Gives the body of the answer: an object (fields are selected of it), a Page, a Bare body, nothing for an empty one, or
   * SENT when it has sent the reply itself.
   */
  handle(request: Request<C, z.output<Q>, z.output<B>>): unknown
}

export interface RegisteredRoute {
  route: Route
  schemas: { query?: z.ZodType | undefined; body?: z.ZodType | undefined; answer?: z.ZodType | undefined }
  reads: 'json' | 'text' | 'stream'
  bodyLimit: number | undefined
  handler(context: Context): RouteHandlerMethod
}

/** Of a POST that has nothing to say: nothing, `null` or any object, but no list and no scalar. */
const NO_BODY = z.object({}).optional()

/** A route: one call of the contract, its schemas and its handler. */
export function route<C extends Call, Q extends z.ZodType = z.ZodUnknown, B extends z.ZodType = z.ZodUnknown>(
  definition: Definition<C, Q, B>,
): RegisteredRoute {
  const of = routeOf(definition.call)
  const query = definition.query ?? z.unknown()
  const reads = definition.reads ?? 'json'
  const body = definition.body ?? (of.method === 'POST' && reads === 'json' ? NO_BODY : z.unknown())
  return {
    route: of,
    schemas: { query: definition.query, body: definition.body, answer: definition.answer },
    reads,
    bodyLimit: definition.bodyLimit,
    handler: context => async (http, reply) => {
      const request = {
        context,
        caller: http.caller,
        path: http.params as PathOf<C>,
        query: parse(query, http.query, definition.invalid) as z.output<Q>,
        body: parse(body, definition.body ? (http.body ?? {}) : http.body, definition.invalid) as z.output<B>,
        fields: parseFields((http.query as Query).fields),
        base: http.base,
        http,
        reply,
      }
      return answer(request, await definition.handle(request), of.status)
    },
  }
}

function parse(schema: z.ZodType, value: unknown, code: ErrorCode = 90000): unknown {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = deepest(result.error.issues[0]!)
  const field = issue.path.join('.')
  throw new ApiError(code, field ? `${issue.message}.` : 'The body must be a JSON object.', field || undefined)
}

/** Of a union's failure, the one of the last form that was tried. */
function deepest(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string } {
  const inner = issue.code === 'invalid_union' ? issue.errors.at(-1)?.[0] : undefined
  if (!inner) return issue
  const found = deepest(inner)
  return { path: [...issue.path, ...found.path], message: found.message }
}

function answer(
  request: Pick<Request, 'reply' | 'fields' | 'http' | 'base'>,
  result: unknown,
  status: number,
): unknown {
  const { reply, fields, http, base } = request
  if (result === SENT) return reply
  reply.code(status)
  if (result === undefined) return reply.send()
  reply.type('application/json; charset=utf-8')
  if (result instanceof Bare) return reply.send(JSON.stringify(result.body))
  if (result instanceof Page) {
    reply.header('X-Total-Matching-Query', result.total)
    return reply.send(collection(result, addressOf(http, base), http.query as Query, fields))
  }
  if (result instanceof Scroll) {
    reply.header('X-Total-Matching-Query', result.total)
    return reply.send(scrolled(result, addressOf(http, base), http.query as Query, fields))
  }
  return reply.send(select(fields, result as Item))
}

/** The absolute address of the call, without query and superfluous slashes. */
function addressOf(http: FastifyRequest, base: string): string {
  const names = http.url.split('?', 1)[0]!.split('/')
  return [base, ...names.filter(name => name !== '').slice(1)].join('/')
}
