import { expect, test } from 'vitest'
import { ApiDocument } from './document.ts'

const id = { type: 'string' }
const whole = {
  type: 'object',
  properties: { href: id, name: id },
  required: ['href', 'name'],
  additionalProperties: false,
}
const json = (schema: object) => ({ content: { 'application/json': { schema } } })
const api = new ApiDocument({
  paths: {
    '/things/{thing}': {
      get: {
        operationId: 'things.get',
        parameters: [{ name: 'fields', in: 'query', schema: id }],
        responses: { 200: json({ anyOf: [whole, { ...whole, required: ['href'] }] }), 404: json({ type: 'object' }) },
      },
      delete: { operationId: 'things.delete', parameters: [], responses: { 204: {} } },
    },
    '/things/all': { get: { operationId: 'things.all', parameters: [], responses: { 200: json({ type: 'array' }) } } },
  },
  components: { schemas: { Error: { type: 'object', required: ['code'] } } },
} as never)

const answer = (status: number, body?: unknown, type = 'application/json; charset=utf-8') => ({
  status,
  headers: { 'content-type': type },
  bytes: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
  body,
})

test.each([
  ['GET', '/things/1', answer(200, { href: 'h', name: 'n' })],
  ['GET', '/things/1/?fields=href', answer(200, { href: 'h' })],
  ['GET', '/things/all', answer(200, [])],
  ['HEAD', '/things/1', answer(200)],
  ['DELETE', '/things/1', answer(204)],
  ['PUT', '/things/1', answer(405, { code: 90006 })],
  ['GET', '/nowhere', answer(404, { code: 90003 })],
])('%s %s is in the document', (method, target, given) => {
  expect(api.problem(method, target, given)).toBeUndefined()
})

test.each([
  ['GET', '/things/1', answer(200, { href: 'h' }), /things.get: 200 does not fit.*name/],
  ['GET', '/things/1', answer(200, { href: 'h', name: 'n', extra: 1 }), /does not fit/],
  ['GET', '/things/1?fields=href', answer(200, { href: 'h', extra: 1 }), /does not fit/],
  ['GET', '/things/1', answer(200, { href: 'h', name: 'n' }, 'text/html'), /came as text\/html/],
  ['GET', '/things/1', answer(409, { code: 1 }), /status 409 is not listed/],
  ['GET', '/things/all', answer(404, { code: 1 }), /status 404 is not listed/],
  ['HEAD', '/things/1', answer(200, {}), /has no body/],
  ['DELETE', '/things/1', answer(204, {}), /has no body/],
  ['GET', '/nowhere', answer(200, {}), /no operation/],
  ['PUT', '/things/1', answer(405, {}), /does not fit.*code/],
])('%s %s is not', (method, target, given, problem) => {
  expect(api.problem(method, target, given)).toMatch(problem)
})
