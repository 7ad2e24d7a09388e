import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { disableUser } from '../../src/users/accounts.ts'
import { type Api, type Client, requestBy as request, send, startApi } from '../support/api.ts'

let api: Api
let kim: Client

beforeAll(async () => {
  api = await startApi({ trustProxy: ['127.0.0.0/8'] })
  kim = await api.user('kim')
  await kim.project('One')
})
afterAll(() => api.close())

test('the directory needs no token and has absolute addresses', async () => {
  for (const url of [api.base, `${api.base}/`]) {
    const answer = await send(url)
    expect(answer.status).toBe(200)
    expect(answer.body.projects_url).toBe(`${api.base}/projects`)
    expect(answer.headers['x-ratelimit-limit']).toBeUndefined()
  }
})

test('a missing, wrong or malformed token is 401 with code 90001', async () => {
  for (const headers of [
    {},
    { 'X-SBG-Auth-Token': 'nonsense' },
    { Authorization: 'Bearer' },
    { Authorization: `Basic ${kim.token}` },
    { 'X-SBG-Auth-Token': 'x'.repeat(5000) },
  ]) {
    const answer = await send(`${api.base}/user`, { headers: headers as { [name: string]: string } })
    expect([answer.status, answer.body.status, answer.body.code]).toEqual([401, 401, 90001])
  }
})

test('the token may come as a bearer token, in headers of any case', async () => {
  const bearer = await send(`${api.base}/user`, { headers: { authorization: `bearer ${kim.token}` } })
  expect(bearer.body.username).toBe('kim')
  const shouting = await send(`${api.base}/user`, { headers: { 'X-SBG-AUTH-TOKEN': kim.token } })
  expect(shouting.status).toBe(200)
})

test("a disabled user's token is refused", async () => {
  const lee = await api.user('lee')
  expect((await lee.get('/user')).status).toBe(200)
  await disableUser(api.database, 'lee')
  expect((await lee.get('/user')).status).toBe(401)
})

test('tokens are kept as hashes only', async () => {
  const rows = await api.database.read.selectFrom('tokens').selectAll().execute()
  expect(JSON.stringify(rows)).not.toContain(kim.token)
})

test.each([
  ['a name', '/projects', '{"name": "a\\u0000b"}', 'name: '],
  ['a value deep inside', '/projects', '{"name": "a", "settings": {"x": [{"y": "\\u0000"}]}}', 'settings.x.0.y: '],
  ['a key', '/projects', '{"name": "a", "settings": {"\\u0000": 1}}', 'settings: '],
  ['a document', '/apps/kim/one/app/raw', 'label: "\0"', ''],
  ['an address', '/projects?name=%00', '{"name": "a"}', ''],
])('a NUL character in %s is refused', async (_, path, raw, field) => {
  const answer = await kim.call(path, { method: 'POST', raw })
  expect([answer.status, answer.body.code]).toEqual([400, 90000])
  expect(answer.body.message).toMatch(new RegExp(`^${field}The character U\\+0000`))
})

test('the escape of a NUL character that is itself escaped is only text', async () => {
  const answer = await kim.call('/projects', { method: 'POST', raw: '{"name": "a \\\\u0000"}' })
  expect([answer.status, answer.body.name]).toEqual([201, 'a \\u0000'])
})

test('bodies that mean nothing are taken on every method, with any label or none', async () => {
  expect((await kim.call('/user', { method: 'GET', raw: 'null' })).status).toBe(200)
  expect((await kim.call('/user', { method: 'GET', raw: '{}', headers: { 'Content-Type': 'x' } })).status).toBe(200)
  for (const raw of ['', 'null', '{}', '  ', '\uFEFF{}']) {
    for (const label of ['application/json', 'text/plain; charset=utf-8', 'nonsense', 'a/b; c', undefined]) {
      const headers: { [name: string]: string } = label === undefined ? {} : { 'Content-Type': label }
      const answer = await kim.call('/files', { method: 'POST', raw, headers })
      expect([answer.status, answer.body.code], `${raw} as ${label}`).toEqual([400, 5012])
    }
  }
})

test('a DELETE with the body {} is a DELETE', async () => {
  const project = await kim.project('Gone')
  expect((await kim.call(`/projects/${project}`, { method: 'DELETE', raw: '{}' })).status).toBe(204)
  expect((await kim.get(`/projects/${project}`)).body.code).toBe(3002)
})

test('a body that is not JSON is 400 with code 90009', async () => {
  for (const raw of ['{', 'nope', '{"a":}', '[1,']) {
    const answer = await kim.call('/projects', { method: 'POST', raw })
    expect([answer.status, answer.body.code], raw).toEqual([400, 90009])
  }
})

test('a list where an object is expected is 400', async () => {
  const answer = await kim.call('/projects', { method: 'POST', raw: '[1]' })
  expect([answer.status, answer.body.code]).toEqual([400, 90000])
  expect(answer.body.message).toContain('JSON object')
})

test('a body nested too deep, or with __proto__, is 400, one that is too large 413', async () => {
  const deep = await kim.call('/projects', { method: 'POST', raw: '['.repeat(100_000) })
  expect([deep.status, deep.body.code]).toEqual([400, 90000])
  for (const key of ['__proto__', '\\u005f_proto__']) {
    const answer = await kim.call('/projects', { method: 'POST', raw: `{"name":"x","settings":{"${key}":{"a":1}}}` })
    expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining('__proto__')])
  }
  const large = await kim.call('/projects', { method: 'POST', raw: `"${'x'.repeat(9 * 2 ** 20)}"` })
  expect([large.status, large.body.status, large.body.code]).toEqual([413, 413, 90000])
})

test('a trailing slash is as absent, for every method', async () => {
  const project = (await kim.post('/projects/', { name: 'Slash' })).body.id
  expect((await kim.get('/projects/')).status).toBe(200)
  expect((await kim.get(`/projects/${project}/`)).body.id).toBe(project)
  expect((await kim.patch(`/projects/${project}/`, { name: 'Slashed' })).body.name).toBe('Slashed')
  expect((await kim.delete(`/projects/${project}/`)).status).toBe(204)
})

test('unknown query parameters and body keys are ignored', async () => {
  const answer = await kim.post('/projects?limit=50&offset=0&fields=_all&whatever=1', { name: 'Extra', unknown: 1 })
  expect(answer.status).toBe(201)
})

test('an unknown path is 404 with code 90003, a known one with another method 405 with 90006', async () => {
  const nowhere = await kim.get('/nowhere/at/all/here')
  expect([nowhere.status, nowhere.body.code]).toEqual([404, 90003])
  const outside = await send(api.base.replace('/v2', '/else'))
  expect([outside.status, outside.body.code]).toEqual([404, 90003])
  const wrong = await kim.put('/projects', {})
  expect([wrong.status, wrong.body.code, wrong.headers.allow]).toEqual([405, 90006, 'GET, HEAD, POST'])
  const garbled = await kim.call('/nowhere', { method: 'POST', raw: '{' })
  expect(garbled.status).toBe(404)
})

test('an address that can not be decoded is 400', async () => {
  expect((await kim.get('/projects/%E0%A4%A/x')).status).toBe(400)
})

test('every error has status, code, message and a link that explains the code', async () => {
  const { body } = await kim.get('/projects/kim/none')
  expect(Object.keys(body)).toEqual(['status', 'code', 'message', 'more_info'])
  const explained = await send(body.more_info)
  expect(explained.body).toMatchObject({ code: 3002, status: 404 })
})

test('hrefs use the address that the client used', async () => {
  const port = new URL(api.base).port
  const named = await kim.call('/user', { headers: { Host: `localhost:${port}` } })
  expect(named.body.href).toBe(`http://localhost:${port}/v2/users/kim`)
  const evil = await kim.call('/user', { headers: { Host: 'evil"<x>' } })
  expect(evil.status === 400 || evil.body.href === `${api.base}/users/kim`).toBe(true)
})

test('a trusted proxy says the address; the public URL wins; nobody else is believed', async () => {
  const forwarded = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'lab.example.org' }
  const behind = await kim.call('/user', { headers: forwarded })
  expect(behind.body.href).toBe('https://lab.example.org/v2/users/kim')
  const plain = await startApi()
  const open = await startApi({ publicUrl: 'https://public.example.org/v2/' })
  try {
    const user = await plain.user('kim')
    expect((await user.call('/user', { headers: forwarded })).body.href).toBe(`${plain.base}/users/kim`)
    const other = await open.user('kim')
    expect((await other.call('/user', { headers: forwarded })).body.href).toBe(
      'https://public.example.org/v2/users/kim',
    )
  } finally {
    await plain.close()
    await open.close()
  }
})

test('every answer has a request id, every authenticated one its rate', async () => {
  const answer = await kim.get('/user')
  expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  const reset = Number(answer.headers['x-ratelimit-reset'])
  expect(reset).toBeGreaterThan(Date.now() / 1000 - 1)
  expect(reset).toBeLessThan(Date.now() / 1000 + 301)
})

test('over the limit a call is 429 with code 1000, and asking for the rate does not count', async () => {
  const limited = await startApi({ rateLimit: { limit: 3, window: 300 } })
  try {
    const lee = await limited.user('lee')
    for (let n = 0; n < 3; n++) {
      const answer = await lee.get('/user')
      expect([answer.status, answer.headers['x-ratelimit-remaining']]).toEqual([200, String(2 - n)])
    }
    const over = await lee.get('/user')
    expect([over.status, over.body.code, over.headers['x-ratelimit-remaining']]).toEqual([429, 1000, '0'])
    const rate = await lee.get('/rate_limit')
    expect(rate.body).toMatchObject({ rate: { limit: 3, remaining: 0 }, instance_limit: { limit: -1 } })
    expect((await (await limited.user('max')).get('/user')).status).toBe(200)
  } finally {
    await limited.close()
  }
})

test.each(['http', 'https'] as const)(
  'closing finishes calls in flight and waits for nobody else (%s)',
  async scheme => {
    const other = await startApi({}, {}, {}, scheme)
    const lee = await other.user('lee')
    const upload = (await lee.post('/upload/multipart', { project: await lee.project('P'), name: 'a', size: 10 })).body
    const { url } = (await lee.get(`${upload.href}/part/1`)).body
    const headers = { 'Content-Length': 10, Expect: '100-continue' }
    const call = request(url, { method: 'PUT', agent: false, headers })
    const answered = new Promise<number | undefined>((resolve, reject) => {
      call.on('response', answer => resolve(answer.resume().statusCode))
      call.on('error', reject)
    })
    await new Promise(resolve => call.on('continue', resolve).write('01234'))
    const silent = connect(Number(new URL(other.base).port), '127.0.0.1')
    await new Promise(resolve => silent.once('connect', resolve))
    const cut = new Promise(resolve => silent.once('close', resolve))
    const closed = other.close()
    await cut
    call.end('56789')
    expect(await answered).toBe(200)
    await closed
  },
)
