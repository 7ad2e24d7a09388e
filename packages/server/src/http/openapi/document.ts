import { answers, type Call, ERRORS, ruleOf } from '@reprise/contract'
import { z } from 'zod'
import type { RegisteredRoute } from '../route.ts'
import { parametersOf, SHARED_PARAMETERS } from './parameters.ts'
import { answerSchema, requestSchema, resolve, type Schema, selectionOf } from './schemas.ts'
import { describeStatus, refusalsOf } from './statuses.ts'

/**
 * The API's description as an OpenAPI 3.1 document, made of what the server itself works with: the list of routes with
 * their zod schemas, the table of rights, and the table of errors.
 *
 * A call whose answer has `href` takes `fields`, and what that leaves out is missing from the answer. Its schema is then
 * `anyOf` two: all of it, which is what comes without `fields`, and what a selection may leave.
 */
export function describeApi(routes: readonly RegisteredRoute[]) {
  const components: { [name: string]: Schema } = {}
  answerSchema(answers.failure, components)
  const paths: { [path: string]: { [method: string]: Schema } } = {}
  const statuses = new Set<number>()
  const sorted = routes.toSorted((a, b) => order(a).localeCompare(order(b)))
  for (const route of sorted) {
    const path = route.route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.route.method.toLowerCase()]: operationOf(route, components) }
    for (const status of refusalsOf(route)) statuses.add(status)
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Reprise',
      version: '2',
      summary: 'Runs and reruns CWL tasks behind the Seven Bridges API, version 2',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/v2' }],
    security: [{ token: [] }, { bearer: [] }],
    tags: [...new Set(sorted.map(({ route }) => route.noun))].map(name => ({ name })),
    paths,
    components: {
      schemas: components,
      responses: Object.fromEntries([...statuses].map(status => [`Refused${status}`, refusal(status)])),
      parameters: SHARED_PARAMETERS,
      headers: HEADERS,
      securitySchemes: {
        token: { type: 'apiKey', in: 'header', name: 'X-SBG-Auth-Token' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
    'x-error-codes': Object.fromEntries(ERRORS),
  }
}

export type ApiDescription = ReturnType<typeof describeApi>

function order({ route }: RegisteredRoute): string {
  return `${route.noun} ${route.path}`
}

function operationOf(registered: RegisteredRoute, components: { [name: string]: Schema }): Schema {
  const { route, schemas } = registered
  const { need } = route
  const selectable = schemas.answer instanceof z.ZodObject && 'href' in schemas.answer.shape
  return {
    operationId: route.call,
    tags: [route.noun],
    summary: route.summary,
    ...(need === 'nobody' || need === 'signed' ? { security: [] } : {}),
    parameters: parametersOf(registered, selectable),
    ...bodyOf(registered),
    responses: {
      ...successOf(registered, selectable, components),
      ...Object.fromEntries(
        refusalsOf(registered).map(status => [status, { $ref: `#/components/responses/Refused${status}` }]),
      ),
    },
  }
}

function bodyOf({ route, schemas, reads }: RegisteredRoute): Schema {
  if (route.method === 'GET' || route.method === 'DELETE') return {}
  if (reads === 'stream') {
    return { requestBody: { required: true, content: { 'application/octet-stream': { schema: {} } } } }
  }
  if (reads === 'text') {
    const content = { 'application/json': { schema: {} }, 'application/yaml': { schema: { type: 'string' } } }
    return { requestBody: { required: true, content } }
  }
  if (!schemas.body) return {}
  const schema = requestSchema(schemas.body)
  return { requestBody: { required: schema.required !== undefined, content: { 'application/json': { schema } } } }
}

function successOf(
  { route, schemas }: RegisteredRoute,
  selectable: boolean,
  components: { [name: string]: Schema },
): Schema {
  const { answer } = schemas
  if (answer === 'refusal') return {}
  if (answer === undefined || answer === 'nothing')
    return { [route.status]: { description: 'Done.', headers: headersOf(route.call) } }
  if (answer === 'page') return { [route.status]: { description: 'A page.', content: { 'text/*': { schema: {} } } } }
  if (answer === 'bytes') {
    const content = { 'application/octet-stream': { schema: {} } }
    return {
      200: { description: 'The bytes.', content },
      206: { description: 'One range of the bytes.', content },
      416: { description: 'There are no such bytes.' },
      302: { description: 'Where the bytes lie, for a few minutes.' },
    }
  }
  const whole = answerSchema(answer, components)
  const isList = isListOf(resolve(whole, components))
  if (isList) return success(route.call, route.status, listSelection(whole, components), isList)
  const schema = selectable ? { anyOf: [whole, selectionOf(whole, components)] } : whole
  return success(route.call, route.status, schema, false)
}

function success(call: Call, status: number, schema: Schema, isList: boolean): Schema {
  const headers = { ...headersOf(call), ...(isList ? header('X-Total-Matching-Query') : {}) }
  return { [status]: { description: 'Done.', headers, content: { 'application/json': { schema } } } }
}

function isListOf(schema: Schema): boolean {
  const keys = Object.keys((schema.properties ?? {}) as object).join()
  return keys === 'href,items,links'
}

/** The items of a list have their short form, or what `fields` says. */
function listSelection(schema: Schema, components: { [name: string]: Schema }): Schema {
  const list = resolve(schema, components)
  const { items } = list.properties as { items: { items: Schema } }
  const name = typeof schema.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined
  const properties = {
    ...(list.properties as Schema),
    items: { ...items, items: selectionOf(items.items, components) },
  }
  if (name === undefined) return { ...list, properties }
  components[name] = { ...list, properties }
  return schema
}

function refusal(status: number): Schema {
  return {
    description: describeStatus(status),
    ...(status === 429 ? { headers: header('Retry-After') } : {}),
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  }
}

/** The rate goes with every answer to a token. */
function headersOf(call: Call): Schema {
  const { need } = ruleOf(call)
  const known = need !== 'nobody' && need !== 'signed'
  return header(
    'X-Request-Id',
    ...(known ? (['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset'] as const) : []),
  )
}

function header(...names: (keyof typeof HEADERS)[]): Schema {
  return Object.fromEntries(names.map(name => [name, { $ref: `#/components/headers/${name}` }]))
}

const WHOLE = { type: 'integer' }

const HEADERS = {
  'X-Total-Matching-Query': { description: 'How many items there are in all.', schema: WHOLE },
  'X-RateLimit-Limit': { description: 'Calls that a user may make in a window.', schema: WHOLE },
  'X-RateLimit-Remaining': { description: 'Calls that are left of them.', schema: WHOLE },
  'X-RateLimit-Reset': { description: 'When the window ends, in epoch seconds.', schema: WHOLE },
  'X-Request-Id': {
    description: 'Names the call in the log: as the client sent it, or made here.',
    schema: { type: 'string' },
  },
  'Retry-After': { description: 'Seconds to wait.', schema: WHOLE },
}
