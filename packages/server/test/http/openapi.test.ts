import { ROUTES } from '@reprise/contract'
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { routes } from '../../src/http/routes/index.ts'
import { type Api, send, startApi } from '../support/api.ts'

const REFUSALS = new Set(routes.filter(({ schemas }) => schemas.answer === 'refusal').map(({ route }) => route.call))

let api: Api
let document: { [key: string]: unknown; paths: { [path: string]: { [method: string]: Operation } } }

interface Operation {
  operationId: string
  summary: string
  tags: string[]
  security?: unknown[]
  parameters: { name?: string; $ref?: string; in?: string }[]
  requestBody?: { content: { [media: string]: { schema: { properties: { [key: string]: unknown } } } } }
  responses: { [status: string]: { content?: { [media: string]: { schema: object } } } }
}

beforeAll(async () => {
  api = await startApi()
  const answer = await send(`${api.base}/openapi.json`)
  document = JSON.parse(answer.text)
})
afterAll(() => api.close())

const operation = (call: string): Operation =>
  Object.values(document.paths)
    .flatMap(methods => Object.values(methods))
    .find(({ operationId }) => operationId === call)!

test('it is a valid OpenAPI 3.1 document', async () => {
  const validator = new Validator()
  const { valid, errors } = await validator.validate(document)
  expect(errors ?? []).toEqual([])
  expect([valid, validator.version]).toEqual([true, '3.1'])
})

test('it has every call of the contract, each with a summary, a noun and its success', () => {
  for (const { call, method, path, status, summary } of ROUTES) {
    const found = document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
    expect(found?.operationId, call).toBe(call)
    expect(found?.summary).toBe(summary)
    expect(summary, call).toBeTruthy()
    expect(found?.tags).toHaveLength(1)
    if (!REFUSALS.has(call)) expect(Object.keys(found?.responses ?? {})).toContain(String(status))
  }
})

test('it lists path, query and body, and what refuses', () => {
  const edit = operation('projects.edit')
  expect(edit.parameters.map(({ name, $ref }) => name ?? $ref)).toEqual([
    'owner',
    'project',
    '#/components/parameters/fields',
  ])
  expect(Object.keys(edit.requestBody!.content['application/json']!.schema.properties)).toContain('settings')
  expect(Object.keys(edit.responses)).toEqual(expect.arrayContaining(['200', '400', '401', '403', '404', '413', '429']))
  const list = operation('tasks.list').parameters.map(({ name }) => name)
  expect(list).toEqual(expect.arrayContaining(['limit', 'offset', 'status', 'created_from', 'order_by']))
  expect(operation('root').security).toEqual([])
  expect(operation('files.download').security).toEqual([])
  expect(operation('user.get').security).toBeUndefined()
})

test('requests are described by their plain types', () => {
  const { schema } = operation('tasks.create').requestBody!.content['application/json']!
  expect(schema.properties).toMatchObject({
    batch: { type: 'boolean' },
    inputs: { type: 'object' },
    name: { type: 'string', maxLength: 1000 },
  })
})

test('the address of the server is the one that the client used', async () => {
  const port = new URL(api.base).port
  const answer = await send(`${api.base}/openapi.json`, { headers: { Host: `localhost:${port}` } })
  expect(answer.body.servers).toEqual([{ url: `http://localhost:${port}/v2` }])
})

test('the page that browses it loads nothing from elsewhere and runs under a strict policy', async () => {
  const page = await send(`${api.base}/docs`)
  expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
  expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/)
  expect(page.text).not.toMatch(/https?:|<script>|<style>|\son\w+=|style=/)
  const addresses = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address!)
  expect(addresses.sort()).toEqual(['/v2/docs/page.css', '/v2/docs/page.js', '/v2/openapi.json'])
  for (const address of addresses) expect((await send(new URL(address, api.base).href)).status).toBe(200)
  expect((await send(`${api.base}/docs/page.html`)).status).toBe(404)
})
