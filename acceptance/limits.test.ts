import { afterAll, beforeAll, expect, test } from 'vitest'
import { call } from './call.ts'
import { Client } from './client.ts'
import { refused } from './refused.ts'
import { type Server, serve } from './server.ts'

/** A server that lets a user call five times a minute, and pages of one origin. */
let server: Server
const ORIGIN = 'https://app.example.org'

beforeAll(async () => {
  server = await serve('--rate-limit', '5/60', '--cors-origin', ORIGIN)
})
afterAll(() => server.close())

test('too many calls are 429 until the time that is told, but the question for it is answered', async () => {
  const kim = new Client(server)
  const remaining: number[] = []
  for (let n = 0; n < 5; n++) remaining.push(Number((await kim.ask('GET', '/user')).headers['x-ratelimit-remaining']))
  expect(remaining).toEqual([4, 3, 2, 1, 0])
  const { status, body, headers } = await kim.ask('GET', '/user')
  expect([status, body.code, headers['x-ratelimit-limit'], headers['x-ratelimit-remaining']]).toEqual([
    429,
    1000,
    '5',
    '0',
  ])
  const reset = Number(headers['x-ratelimit-reset'])
  expect(reset - Date.now() / 1000).toBeGreaterThan(-1)
  expect(reset - Date.now() / 1000).toBeLessThan(61)
  await refused(kim.ask('POST', '/projects', { name: 'x' }), 429, 1000)
  expect(await kim.get('/rate_limit')).toMatchObject({ rate: { limit: 5, remaining: 0, reset } })
})

test('a page of an allowed origin may call with the headers of the API, another one may not', async () => {
  const ask = {
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'x-sbg-auth-token,content-type',
  }
  const preflight = await call(`${server.url}/projects`, { method: 'OPTIONS', headers: { ...ask, Origin: ORIGIN } })
  expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([204, ORIGIN])
  expect(String(preflight.headers['access-control-allow-headers']).toLowerCase()).toContain('x-sbg-auth-token')
  const { headers } = await call(`${server.url}/rate_limit`, {
    headers: { Origin: ORIGIN, 'X-SBG-Auth-Token': server.token },
  })
  expect(String(headers['access-control-expose-headers']).toLowerCase()).toContain('x-total-matching-query')
  const other = await call(`${server.url}/rate_limit`, {
    headers: { Origin: 'https://evil.example.org', 'X-SBG-Auth-Token': server.token },
  })
  expect(other.headers).not.toHaveProperty('access-control-allow-origin')
})
