import type { RegisteredRoute } from '../route.ts'
import { requestSchema, type Schema } from './schemas.ts'

/** The parameters of an operation: of its path, its query, and headers that it looks at. */
export function parametersOf(route: RegisteredRoute, selectable: boolean): Schema[] {
  const { path, method } = route.route
  return [
    ...[...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    })),
    ...queryOf(route),
    ...(selectable ? [reference('fields')] : []),
    ...(method === 'POST' ? [reference('idempotencyKey')] : []),
  ]
}

function queryOf({ schemas }: RegisteredRoute): Schema[] {
  if (!schemas.query) return []
  const made = requestSchema(schemas.query)
  const required = (made.required ?? []) as string[]
  const named = Object.entries((made.properties ?? {}) as { [name: string]: Schema }).map(([name, schema]) => ({
    name,
    in: 'query',
    ...(required.includes(name) ? { required: true } : {}),
    schema,
  }))
  return made.additionalProperties === undefined ? named : [...named, reference('metadataFilters')]
}

function reference(name: keyof typeof SHARED_PARAMETERS): Schema {
  return { $ref: `#/components/parameters/${name}` }
}

export const SHARED_PARAMETERS = {
  fields: {
    name: 'fields',
    in: 'query',
    description:
      'Names of the keys to answer, separated by commas; `!name` leaves one out, `outer.inner` takes one key of an object, `_all` takes all. `href` is always there.',
    schema: { type: 'string' },
    examples: { all: { value: '_all' }, some: { value: 'id,name' } },
  },
  idempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'The same call with the same key is carried out once: a repeat within 24 hours is answered as the first one was. With another path or body it is refused with 409.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
  },
  metadataFilters: {
    name: 'metadataFilters',
    in: 'query',
    description: '`metadata.<key>=<value>`: files with this value; the same key repeated means or.',
    style: 'form',
    explode: true,
    schema: {
      type: 'object',
      patternProperties: { '^metadata\\..+$': { type: ['string', 'array'], items: { type: 'string' } } },
      additionalProperties: false,
    },
  },
}
