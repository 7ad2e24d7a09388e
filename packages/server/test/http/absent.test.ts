import { ROUTES } from '@reprise/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, codes, startApi } from '../support/api.ts'

let api: Api
let kim: Client

beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim')
})
afterAll(() => api.close())

const lists = ['/datasets', '/datasets/kim', '/automation/automations', '/automation/runs']
const rows = ROUTES.filter(({ call }) => /^(datasets|automations)\./.test(call)).map(({ method, path }) => ({
  method,
  path: path.replaceAll(/:\w+/g, 'x'),
}))

test.each(lists)('%s is an empty list', async path => {
  const { status, headers, body } = await kim.get(`${path}?visibility=public&limit=10`)
  expect([status, headers['x-total-matching-query'], body.items, body.links]).toEqual([200, '0', [], []])
})

const named = rows.filter(({ method, path }) => method !== 'GET' || !['/datasets/x', ...lists].includes(path))

test.each(named)('$method $path: there is no such thing', async ({ method, path }) => {
  const { status, body } = await kim.call(path, { method, body: {} })
  const expected = path === '/automation/automations' ? [403, 90002] : [404, /upload\/x/.test(path) ? 8003 : 90003]
  expect([status, body.code]).toEqual(expected)
})

test('feedback is kept, without what may be a token', async () => {
  const token = kim.token
  const { status, body } = await kim.post('/action/notifications/feedback', {
    type: 'problem',
    text: `It fails with ${token}.`,
    referrer: 'a script',
  })
  expect([status, body]).toEqual([200, {}])
  const kept = await api.database.read.selectFrom('feedback').selectAll().execute()
  expect(kept).toMatchObject([{ username: 'kim', type: 'PROBLEM', text: 'It fails with ….', referrer: 'a script' }])
  const long = { text: 'x'.repeat(10_001) }
  expect(
    await codes(
      kim.post('/action/notifications/feedback', { type: 'PRAISE' }),
      kim.post('/action/notifications/feedback', long),
    ),
  ).toEqual(Array(2).fill([400, 90000]))
})
