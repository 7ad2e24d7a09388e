import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, send, startApi } from '../support/api.ts'

const ORIGIN = 'https://lab.example.org'

let api: Api
let kim: Client

beforeAll(async () => {
  api = await startApi({ corsOrigins: [ORIGIN], trustProxy: ['127.0.0.0/8'] })
  kim = await api.user('kim')
})
afterAll(() => api.close())

test('every answer has the headers that keep browsers from taking it for a page', async () => {
  const paths = ['/user', '/nowhere', '/projects/%E0%A4%A/x', '/openapi.json', '/signed/files/x?signature=x']
  const answers = await Promise.all(paths.map(path => kim.get(path)))
  const denied = await send(`${api.base}/user`)
  const outside = await send(api.base.replace('/v2', '/healthz'))
  for (const { status, headers } of [...answers, denied, outside]) {
    expect([status, headers]).toMatchObject([
      status,
      {
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
      },
    ])
    expect(headers['x-request-id']).toBeTruthy()
    expect(headers['strict-transport-security']).toBeUndefined()
  }
  const secure = await kim.call('/user', { headers: { 'X-Forwarded-Proto': 'https' } })
  expect(secure.headers['strict-transport-security']).toMatch(/^max-age=\d+$/)
})

test("a sane X-Request-Id is the client's, any other is made", async () => {
  for (const [given, taken] of [
    ['run-7:a.b_c', true],
    ['x'.repeat(129), false],
    ['a b', false],
    ['<script>', false],
  ] as const) {
    const { headers } = await kim.call('/user', { headers: { 'X-Request-Id': given } })
    expect(headers['x-request-id'] === given, given).toBe(taken)
    if (!taken) expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  }
})

test('an origin that is allowed may ask first, and reads the headers that clients need', async () => {
  const preflight = await send(`${api.base}/tasks`, {
    method: 'OPTIONS',
    headers: { Origin: ORIGIN, 'Access-Control-Request-Method': 'POST' },
  })
  expect(preflight.status).toBe(204)
  expect(preflight.headers).toMatchObject({
    'access-control-allow-origin': ORIGIN,
    'access-control-allow-methods': 'GET, HEAD, POST',
    'access-control-allow-headers': expect.stringMatching(
      /X-SBG-Auth-Token, Authorization, Content-Type, X-SBG-Advance-Access, Idempotency-Key/,
    ),
    vary: 'Origin',
  })
  const answer = await kim.call('/projects', { headers: { Origin: ORIGIN } })
  expect(answer.headers).toMatchObject({
    'access-control-allow-origin': ORIGIN,
    'access-control-expose-headers': expect.stringMatching(/X-Total-Matching-Query.*X-RateLimit-Reset.*X-Request-Id/),
  })
  expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
  const denied = await send(`${api.base}/projects`, { headers: { Origin: ORIGIN } })
  expect([denied.status, denied.headers['access-control-allow-origin']]).toEqual([401, ORIGIN])
})

test('another origin is told nothing, and neither is any when none is named', async () => {
  const other = { Origin: 'https://evil.example.org', 'Access-Control-Request-Method': 'POST' }
  const plain = await startApi()
  try {
    for (const base of [api.base, plain.base]) {
      for (const method of ['OPTIONS', 'GET']) {
        const { headers } = await send(`${base}/tasks`, { method, headers: other })
        expect(Object.keys(headers).filter(name => name.startsWith('access-control'))).toEqual([])
      }
    }
  } finally {
    await plain.close()
  }
})

test('OPTIONS says what a path knows; where nothing is it is 404', async () => {
  const known = await send(`${api.base}/projects/kim/x/`, { method: 'OPTIONS' })
  expect([known.status, known.headers.allow]).toEqual([204, 'GET, HEAD, PATCH, POST, DELETE'])
  expect((await send(`${api.base}/a/b/c/d/e/f/g`, { method: 'OPTIONS' })).status).toBe(404)
})

test('HEAD is answered as GET without a body, for lists too', async () => {
  await kim.project('Head')
  for (const path of ['/user', '/projects', '', '/openapi.json']) {
    const [get, head] = [await kim.get(path), await kim.call(path, { method: 'HEAD' })]
    expect([head.status, head.text]).toEqual([200, ''])
    expect(head.headers['content-length'], path).toBe(get.headers['content-length'])
    expect(head.headers['x-total-matching-query']).toBe(get.headers['x-total-matching-query'])
  }
  expect((await kim.call('/nowhere', { method: 'HEAD' })).status).toBe(404)
})

test.each([
  [{ 'Content-Encoding': 'gzip' }, 'Content-Encoding'],
  [{ 'Content-Type': 'multipart/form-data; boundary=x' }, 'Content-Type'],
  [{ 'Content-Type': 'image/png' }, 'Content-Type'],
])('a body with %j is 415', async (headers, field) => {
  const answer = await kim.call('/projects', { method: 'POST', raw: '{"name":"x"}', headers: { ...headers } })
  expect([answer.status, answer.body.code, answer.body.message]).toEqual([415, 90008, expect.stringContaining(field)])
})

test('X-SBG-Advance-Access is taken in any form and never needed', async () => {
  for (const value of ['advance', 'Advance', 'nonsense']) {
    expect((await kim.call('/files/none', { headers: { 'X-SBG-Advance-Access': value } })).status).toBe(404)
  }
})

test('every answer to a token has its rate, refusals and unknown paths too; over it is 429 with Retry-After', async () => {
  const limited = await startApi({ rateLimit: { limit: 6, window: 300 } })
  try {
    const lee = await limited.user('lee')
    const paths = ['/user', '/projects/lee/none', '/nowhere', '/rate_limit', '/projects?limit=x']
    const left = ['5', '4', '3', '3', '2']
    for (const [index, path] of paths.entries()) {
      const { headers } = await lee.get(path)
      expect([path, headers['x-ratelimit-limit'], headers['x-ratelimit-remaining']]).toEqual([path, '6', left[index]])
    }
    const wrong = await lee.put('/projects', {})
    expect([wrong.status, wrong.headers['x-ratelimit-remaining']]).toEqual([405, '1'])
    await lee.get('/user')
    const over = await lee.get('/user')
    expect([over.status, over.body.code]).toEqual([429, 1000])
    const wait = Number(over.headers['retry-after'])
    expect(Math.abs(Number(over.headers['x-ratelimit-reset']) - Date.now() / 1000 - wait)).toBeLessThan(3)
    expect((await lee.get('/rate_limit')).status).toBe(200)
    expect((await send(`${limited.base}/`)).headers['x-ratelimit-limit']).toBeUndefined()
  } finally {
    await limited.close()
  }
})
