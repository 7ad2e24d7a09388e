import { connect } from 'node:net'
import { ROUTES } from '@reprise/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createToken, createUser, disableUser, listUsers, revokeToken } from '../../src/users/accounts.ts'
import { type Api, type Client, send, startApi } from '../support/api.ts'

let api: Api
let kim: Client

beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim')
})
afterAll(() => api.close())

test('every call that needs a token is 401 without one, before anything else is looked at', async () => {
  for (const { call, method, path, need } of ROUTES) {
    if (['nobody', 'signed'].includes(need)) continue
    const url = api.base + path.replace(/:\w+/g, 'x')
    const answer = await send(url, method === 'GET' ? {} : { method, raw: '{' })
    expect([call, answer.status, answer.body.code]).toEqual([call, 401, 90001])
  }
})

const HOSTILE = [
  '__proto__',
  'constructor',
  'toString',
  '..',
  '%2e%2e',
  '%00',
  "'; drop table files; --",
  '%F0%9F%92%A9',
  'x'.repeat(900),
]

test('whatever stands in a path is no failure of the server', async () => {
  for (const { method, path } of ROUTES) {
    for (const word of HOSTILE) {
      const url = path.replace(/:\w+/g, () => encodeURIComponent(decodeURIComponent(word)))
      const answer = await kim.call(url, method === 'GET' ? {} : { method, body: {} })
      expect(answer.status, `${method} ${url}`).toBeLessThan(500)
    }
  }
})

test('whatever stands in a query or a body is no failure of the server', async () => {
  const project = await kim.project('Hostile')
  const values: unknown[] = [
    null,
    7,
    -1,
    1e308,
    '',
    'x',
    '\u0000',
    '\ud800',
    true,
    [],
    [[]],
    {},
    { constructor: 1 },
    { $ne: 1 },
  ]
  const bodies = [
    'name',
    'type',
    'project',
    'parent',
    'app',
    'inputs',
    'settings',
    'metadata',
    'tags',
    'size',
    'parts',
    'batch_by',
    'execution_settings',
  ]
  for (const { method, path } of ROUTES) {
    const url = path
      .replace(/:owner/g, 'kim')
      .replace(/:project/g, 'hostile')
      .replace(/:\w+/g, 'x')
    for (const value of values) {
      if (method === 'GET') {
        const text = encodeURIComponent(String(value).toWellFormed())
        const query = [
          'project',
          'name',
          'limit',
          'offset',
          'fields',
          'status',
          'created_from',
          'metadata.a',
          'tag',
          'q',
          'id',
        ]
        const answer = await kim.get(`${url}?${query.map(key => `${key}=${text}`).join('&')}`)
        expect(answer.status, `${url} ${text}`).toBeLessThan(500)
      } else if (method !== 'DELETE') {
        const body = { project, ...Object.fromEntries(bodies.map(key => [key, value])) }
        const answer = await kim.call(url, { method, body })
        expect(answer.status, `${method} ${url} ${JSON.stringify(value)}`).toBeLessThan(500)
        const bare = await kim.call(url, { method, body: value })
        expect(bare.status, `${method} ${url} ${JSON.stringify(value)}`).toBeLessThan(500)
      }
    }
  }
})

test('keys of prototypes are plain keys of metadata and inputs', async () => {
  const project = await kim.project('Prototypes')
  const file = await kim.upload({ project }, 'a', 'a')
  const metadata = { constructor: 'a', toString: 'b', hasOwnProperty: 'c' }
  expect((await kim.put(`/files/${file}/metadata`, metadata)).body).toEqual(metadata)
  const { items } = (await kim.get(`/files?project=${project}&metadata.constructor=a&fields=metadata`)).body
  expect(items).toMatchObject([{ metadata }])
})

test('a link of a file never leads out of the upload folder, whatever its name', async () => {
  const project = await kim.project('Names')
  for (const name of ['../../x', '/etc/passwd', '..', 'a/../b', 'a\nb']) {
    const answer = await kim.post('/upload/multipart', { project, name, size: 1 })
    expect([answer.status, answer.body.code], JSON.stringify(name)).toEqual([400, 8013])
  }
})

test("a disabled user's signed addresses end with their token", async () => {
  const max = await api.user('max')
  const project = await max.project('Ends')
  const file = await max.upload({ project }, 'a', 'a')
  const download = (await max.get(`/files/${file}/download_info`)).body.url
  const upload = (await max.post('/upload/multipart', { project, name: 'b', size: 1 })).body
  const part = (await max.get(`${upload.href}/part/1`)).body.url
  expect((await send(download)).status).toBe(200)
  await disableUser(api.database, 'max')
  expect((await send(download)).status).toBe(403)
  expect((await send(part, { method: 'PUT', raw: 'b' })).status).toBe(403)
})

test('what is no HTTP, and headers without end, are answered with an error body', async () => {
  const { port } = new URL(api.base)
  for (const [text, status] of [
    ['nonsense\r\n\r\n', 400],
    [`GET /v2 HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
    [`HEAD /v2 HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
  ] as const) {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.write(text))
      let received = ''
      socket.on('data', chunk => {
        received += chunk
      })
      socket.on('error', reject)
      socket.on('close', () => resolve(received))
    })
    const [head, body] = answer.split('\r\n\r\n')
    expect(head).toContain(`HTTP/1.1 ${status}`)
    expect(head).toContain('X-Content-Type-Options: nosniff')
    if (text.startsWith('HEAD')) expect(body).toBe('')
    else expect(JSON.parse(body!)).toMatchObject({ status, code: 90000 })
  }
})

test('slashes without end in a path cost nothing', async () => {
  const began = performance.now()
  const answer = await kim.get(`${'/'.repeat(14_000)}projects${'/'.repeat(100)}`)
  expect(answer.body.href).toBe(`${api.base}/projects?limit=50&offset=0`)
  expect(performance.now() - began).toBeLessThan(1000)
})

test('accounts: a token works until it is revoked, by itself or by its id', async () => {
  await createUser(api.database, { username: 'lee' })
  await expect(createUser(api.database, { username: 'lee' })).rejects.toMatchObject({ code: 2003 })
  await expect(createUser(api.database, { username: 'a/b' })).rejects.toMatchObject({ code: 90000 })
  await expect(createToken(api.database, 'nobody')).rejects.toMatchObject({ code: 2002 })
  await expect(disableUser(api.database, 'nobody')).rejects.toMatchObject({ code: 2002 })
  const [first, second] = [await createToken(api.database, 'lee'), await createToken(api.database, 'lee')]
  const status = async (token: string) =>
    (await send(`${api.base}/user`, { headers: { 'X-SBG-Auth-Token': token } })).status
  expect(await revokeToken(api.database, first.token)).toBe(true)
  expect(await revokeToken(api.database, first.token)).toBe(false)
  expect([await status(first.token), await status(second.token)]).toEqual([401, 200])
  expect(await revokeToken(api.database, second.id)).toBe(true)
  expect(await status(second.token)).toBe(401)
  expect((await listUsers(api.database)).map(user => user.username)).toEqual(expect.arrayContaining(['kim', 'lee']))
})
