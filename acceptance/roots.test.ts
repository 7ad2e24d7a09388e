import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, expected } from './call.ts'
import { Client } from './client.ts'
import type { Json } from './exchange.ts'
import { refused } from './refused.ts'
import { type Server, serve } from './server.ts'

/** What is asked before anything else: where things are, who calls, how often, and who pays. */
let server: Server
let kim: Client
let user: Json

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

beforeAll(async () => {
  server = await serve()
  kim = new Client(server)
  user = await kim.get('/user')
})
afterAll(() => server.close())

test('the root tells all addresses, with and without a slash, to whoever asks', async () => {
  const keys = [
    'rate_limit',
    'user',
    'users',
    'billing',
    'projects',
    'files',
    'tasks',
    'apps',
    'action',
    'upload',
    'storage',
  ]
  for (const path of ['', '/']) {
    const { body, headers } = await expected(call(server.url + path), 200)
    for (const key of keys) expect(body[`${key}_url`]).toBe(`${server.url}/${key}`)
    expect(headers).not.toHaveProperty('x-ratelimit-limit')
  }
  expect((await kim.ask('GET', '/upload')).status).toBe(200)
})

test('a token may come as X-SBG-Auth-Token in any case, or as a bearer, and nothing else with it', async () => {
  for (const headers of [
    { 'x-sbg-auth-token': server.token },
    { 'X-SBG-AUTH-TOKEN': server.token },
    { Authorization: `Bearer ${server.token}` },
    { authorization: `bearer ${server.token}` },
  ] as { [name: string]: string }[]) {
    expect((await expected(call(`${server.url}/user/`, { headers }), 200)).body.username).toBe(user.username)
  }
  await refused(call(`${server.url}/user`), 401, 90001)
  await refused(call(`${server.url}/user`, { headers: { Authorization: server.token.slice(1) } }), 401, 90001)
})

test('one sees oneself, and nobody else', async () => {
  expect(await kim.get(`/users/${user.username}`)).toEqual(user)
  await refused(kim.ask('GET', '/users/nobody-of-this-name'), 404, 2002)
  await refused(kim.ask('GET', '/users'), 400, 2105, /division/)
})

test('the limit of calls counts calls, but not the question for it', async () => {
  const asked = async (path: string) => Number((await kim.ask('GET', path)).headers['x-ratelimit-remaining'])
  const first = await asked('/rate_limit')
  expect(await asked('/rate_limit')).toBeGreaterThanOrEqual(first)
  expect(await asked('/user')).toBeLessThan(first)
  const { rate, instance_limit } = await kim.get('/rate_limit')
  expect(rate).toEqual({ limit: expect.any(Number), remaining: expect.any(Number), reset: expect.any(Number) })
  expect(instance_limit).toMatchObject({ limit: expect.any(Number), remaining: expect.any(Number) })
})

test('there is a billing group that pays for everything', async () => {
  expect(await kim.get('/billing')).toMatchObject({
    billing_groups_url: `${server.url}/billing/groups`,
    invoices_url: `${server.url}/billing/invoices`,
  })
  const { items } = await kim.get('/billing/groups?limit=50&offset=0&fields=_all')
  expect(items.length).toBeGreaterThan(0)
  expect(items[0]).toMatchObject({
    id: expect.stringMatching(UUID),
    type: expect.stringMatching(/^(free|regular)$/),
    pending: false,
    disabled: false,
    balance: { currency: 'USD' },
  })
  expect(await kim.get(`/billing/groups/${items[0]!.id}?fields=_all`)).toEqual(items[0])
  await refused(kim.ask('GET', '/billing/groups/00000000-0000-4000-8000-000000000000'), 404, 4002)
  await refused(kim.ask('GET', '/billing/groups/none'), 400, 4005, /UUID/)
})

test('what there is not, and a method that a path does not know, are JSON errors', async () => {
  await refused(kim.ask('GET', '/nothing/here'), 404, 90003)
  await refused(kim.ask('DELETE', '/rate_limit'), 405, 90006)
  await refused(kim.ask('PATCH', '/user', { email: 'x' }), 405, 90006)
})

test.each([
  ['limit=101', 100],
  ['limit=1000', 100],
  ['limit=1', 1],
  ['', 50],
])('a page asked for with %s has at most %i items', async (query, limit) => {
  const { href } = await kim.get(`/projects?${query}`)
  expect(new URL(href).searchParams.get('limit')).toBe(String(limit))
})

test.each(['limit=-1', 'limit=many', 'offset=-1', 'offset=x', 'limit=0'])(
  'a page asked for with %s is refused',
  async query => {
    await refused(kim.ask('GET', `/projects?${query}`), 400, 90000, /limit|offset/)
  },
)
