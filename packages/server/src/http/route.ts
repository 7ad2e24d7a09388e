import { Readable } from 'node:stream'
import { type Call, type ErrorCode, type PathOf, type Route, routeOf, type StatusOf } from '@reprise/contract'
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { z } from 'zod'
import type { Caller, Context } from '../context.ts'
import type { ServerContext } from '../create-context.ts'
import { ApiError, errorBody } from '../errors.ts'
import { AnswerBudget } from '../pacing/answer-budget.ts'
import { JsonText, Page, Scroll, SENT, WholeBody } from './answers.ts'
import { type Fields, type Item, parseFields, select } from './fields.ts'
import { fingerprintOf, type Idempotency, type Kept, keyOf } from './idempotency.ts'
import { collection, type Query, scrollPage } from './paging.ts'
import { mayStillSee } from './still-visible.ts'

/** A call as a handler sees it: parsed, checked, and its caller known. */
export interface Request<C extends Call = Call, Q = unknown, B = unknown> {
  context: ServerContext
  caller: Caller
  path: PathOf<C>
  query: Q
  body: B
  fields: Fields
  /** absolute address below which every href lies */
  base: string
  http: FastifyRequest
  reply: FastifyReply
  /** what the answer may hold */
  room: AnswerBudget
}

/** What a success is when it is no JSON: an empty body, bytes, a page for a browser; or `refusal`: there is no success. */
export type OtherAnswer = 'nothing' | 'bytes' | 'page' | 'refusal'

/** What a success looks like, all its fields there: for the API's description and for the tests that check answers. */
type Answered<C extends Call> = StatusOf<C> extends 204 ? { answer?: undefined } : { answer: z.ZodType | OtherAnswer }

export type Definition<C extends Call, Q extends z.ZodType, B extends z.ZodType> = Handling<C, Q, B> & Answered<C>

interface Handling<C extends Call, Q extends z.ZodType, B extends z.ZodType> {
  call: C
  query?: Q
  body?: B
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
  /**
   * For a POST that is repeated with its Idempotency-Key after its answer was lost: gives what `handle` gives, from the id of
   * what the call made; undefined when it can't (idempotency.ts).
   */
  again?(request: Request<C, z.output<Q>, z.output<B>>, object: string | null): unknown
  /** to carry it out twice does no harm: for the same case */
  repeats?: boolean
}

export interface RegisteredRoute {
  route: Route
  schemas: { query?: z.ZodType | undefined; body?: z.ZodType | undefined; answer?: z.ZodType | OtherAnswer | undefined }
  reads: 'json' | 'text' | 'stream'
  bodyLimit: number | undefined
  handler(context: ServerContext, idempotency: Idempotency): RouteHandlerMethod
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
    handler: (context, idempotency) => async (http, reply) => {
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
        room: roomFor(context, http, reply),
      }
      const key = of.method === 'POST' && reads !== 'stream' ? keyOf(http.headers['idempotency-key']) : undefined
      if (key === undefined) return answer(request, await confirmed(request, definition.handle), of.status)
      const shown = async (given: Request<C, z.output<Q>, z.output<B>>, result: unknown) =>
        kept(given, await result, of.status)
      const call = { username: http.caller.username, key, fingerprint: fingerprintOf(of.method, http.url, http.body) }
      const {
        status,
        body: text,
        replayed,
      } = await idempotency.once(call, {
        carryOut(database) {
          const keyed = { ...request, context: { ...context, database } }
          return shown(keyed, definition.handle(keyed))
        },
        again: async object => {
          const result = await definition.again?.(request, object)
          return result === undefined ? undefined : shown(request, result)
        },
        seen: async (body, object) => {
          const given = {
            context,
            caller: http.caller,
            call: definition.call,
            path: http.params as { [name: string]: string },
          }
          if (!(await mayStillSee({ ...given, body: request.body, kept: body })))
            await definition.again?.(request, object)
        },
        repeats: definition.repeats ?? false,
        refusal: error => ({ status: error.status, body: JSON.stringify(errorBody(error, http.base)) }),
      })
      if (replayed) reply.header('Idempotency-Replayed', 'true')
      return send(reply, status, text)
    },
  }
}

/** What the call gives, for who really made it. Throws ApiError 90001 when the token is good no longer. */
async function confirmed<R extends Pick<Request, 'http' | 'caller'>>(
  request: R,
  handle: (request: R) => unknown,
): Promise<unknown> {
  if (!request.http.confirmed) return await handle(request)
  const [caller, result] = await Promise.allSettled([request.http.confirmed, handle(request)])
  if (caller.status === 'rejected') throw caller.reason
  if (!caller.value) throw new ApiError(90001)
  const { username, admin } = caller.value
  if (username !== request.caller.username || admin !== request.caller.admin) {
    return await handle({ ...request, caller: caller.value })
  }
  if (result.status === 'rejected') throw result.reason
  return result.value
}

function parse(schema: z.ZodType, value: unknown, code: ErrorCode = 90000): unknown {
  let [given, result] = [value, schema.safeParse(value)]
  // R writes a body without fields as `[]`; a map of names that the caller chooses is another thing, and none of them is meant
  if (
    isEmptyList(value) &&
    result.error?.issues[0]?.code === 'invalid_type' &&
    result.error.issues[0].expected === 'object'
  ) {
    given = {}
    result = schema.safeParse(given)
  }
  if (result.success) return result.data
  const issue = deepest(result.error.issues[0]!)
  const field = [...issue.path, ...(issue.unknown ?? [])].join('.')
  if (issue.unknown) throw new ApiError(code, 'is not a key of this call.', field)
  const message =
    at(given, issue.path) === undefined ? issue.message.replace(/^must/, 'is missing: it must') : issue.message
  throw new ApiError(code, field ? `${message}.` : 'The body must be a JSON object.', field || undefined)
}

function at(value: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, step) => (inner as { [key: PropertyKey]: unknown } | undefined)?.[step], value)
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

/** Of a union's failure, the one of the last form that was tried. */
function deepest(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string; unknown?: [string] } {
  if (issue.code === 'unrecognized_keys') return { ...issue, unknown: [issue.keys[0]!] }
  const inner = issue.code === 'invalid_union' ? issue.errors.at(-1)?.[0] : undefined
  if (!inner) return issue
  const found = deepest(inner)
  return { ...found, path: [...issue.path, ...found.path] }
}

/** A large answer has its user's turn until it is sent, or nobody waits for it any more. */
function roomFor({ large, limits }: Context, http: FastifyRequest, { raw }: FastifyReply): AnswerBudget {
  return new AnswerBudget(limits, async () => {
    const leave = await large.enter(http.caller.username)
    if (raw.destroyed) leave()
    else raw.once('close', leave)
  })
}

type Answering = Pick<Request, 'reply' | 'fields' | 'http' | 'base'>

function answer(request: Answering, result: unknown, status: number): unknown {
  const { reply, fields } = request
  if (result === SENT) return reply
  if (
    result === undefined ||
    result instanceof WholeBody ||
    result instanceof JsonText ||
    result instanceof Page ||
    result instanceof Scroll
  ) {
    if (result instanceof Page || result instanceof Scroll) reply.header('X-Total-Matching-Query', result.total)
    if (result instanceof Page && !Array.isArray(result.items)) {
      return reply
        .code(status)
        .type(JSON_TYPE)
        .send(Readable.from(pieces(request, result, result.items)))
    }
    return send(reply, status, textOf(request, result))
  }
  return reply
    .code(status)
    .type(JSON_TYPE)
    .send(select(fields, result as Item))
}

const JSON_TYPE = 'application/json; charset=utf-8'

function send(reply: FastifyReply, status: number, text: string | null): FastifyReply {
  reply.code(status)
  return text === null ? reply.send() : reply.type(JSON_TYPE).send(text)
}

function textOf({ fields, http, base }: Answering, result: unknown): string | null {
  if (result === undefined) return null
  if (result instanceof WholeBody) return JSON.stringify(result.body)
  if (result instanceof JsonText) return result.text
  if (result instanceof Page) {
    if (!Array.isArray(result.items)) throw new Error('a page that comes in pieces is not kept')
    const items = result.items.map(item => select(fields, item, result.defaults))
    return JSON.stringify(collection(result, items, addressOf(http, base), http.query as Query))
  }
  if (result instanceof Scroll) {
    return JSON.stringify(scrollPage(result, addressOf(http, base), http.query as Query, fields))
  }
  return JSON.stringify(select(fields, result as Item))
}

/** The text of a page item by item, each made when the one before it is on its way. */
async function* pieces(
  { fields, http, base }: Answering,
  page: Page,
  items: AsyncIterable<Item>,
): AsyncGenerator<string> {
  const frame = JSON.stringify(collection(page, [], addressOf(http, base), http.query as Query))
  const at = frame.indexOf(ITEMS) + ITEMS.length
  let before = frame.slice(0, at)
  for await (const item of items) {
    yield before
    before = ','
    yield JSON.stringify(select(fields, item, page.defaults))
  }
  yield (before === ',' ? '' : before) + frame.slice(at)
}

/** The quotes of an address are escaped: this is the key. */
const ITEMS = '"items":['

/** An answer as it is kept for a repeat of its call. */
function kept(request: Answering, result: unknown, status: number): Kept {
  if (result === SENT) throw new Error('an answer that was sent already is not kept')
  return { status, body: textOf(request, result) }
}

/** The absolute address of the call, without query and superfluous slashes. */
function addressOf(http: FastifyRequest, base: string): string {
  const names = http.url.split('?', 1)[0]!.split('/')
  return [base, ...names.filter(name => name !== '').slice(1)].join('/')
}
