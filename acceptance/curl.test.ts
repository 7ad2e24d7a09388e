import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, expected, hasEnded, until } from './call.ts'
import { GREET, GREET_YAML } from './documents.ts'
import type { Answer, Json } from './exchange.ts'
import { type Server, serve } from './server.ts'

/** What people type: bodies that are labelled and empty, old routes, parts sent with Expect, ranges, YAML files. */
let server: Server
let project: Json

/** Follows redirects, as -L does. */
async function curl(method: string, path: string, raw = '', headers: { [name: string]: string } = {}): Promise<Answer> {
  let url = path.startsWith('http') ? path : server.url + path
  for (;;) {
    const all = { 'X-SBG-Auth-Token': server.token, 'Content-Type': 'application/json', ...headers }
    const answer = await call(url, { method, headers: all, raw })
    if (![301, 302, 307, 308].includes(answer.status)) return answer
    url = new URL(String(answer.headers.location), url).href
  }
}

const get = async (path: string) => (await expected(curl('GET', path), 200)).body
const post = async (path: string, raw?: string) => (await expected(curl('POST', path, raw), 200, 201)).body

beforeAll(async () => {
  server = await serve()
  project = await post('/projects', '{"name": "By hand"}')
})
afterAll(() => server.close())

/** A PUT that sends its bytes only when it was told to go on. */
async function putExpecting(
  url: string,
  bytes: Buffer,
): Promise<{ status: number | undefined; etag: string | undefined }> {
  const headers = {
    Expect: '100-continue',
    'Content-Length': bytes.length,
    'Content-Type': 'application/x-www-form-urlencoded',
  }
  const put = request(url, { method: 'PUT', agent: false, headers })
  const answered = once(put, 'response')
  put.flushHeaders()
  await once(put, 'continue')
  put.end(bytes)
  const [answer] = await answered
  answer.resume()
  return { status: answer.statusCode, etag: answer.headers.etag }
}

test('a part is sent with Expect: 100-continue, and its file continued and cut by ranges', async () => {
  const bytes = Buffer.alloc(3_000_000, '0123456789')
  const begun = await post(
    '/upload/multipart',
    JSON.stringify({ project: project.id, name: 'r.txt', size: bytes.length }),
  )
  const { url } = await get(`/upload/multipart/${begun.upload_id}/part/1`)
  const { status, etag } = await putExpecting(url, bytes)
  expect([status, etag]).toEqual([200, expect.stringMatching(/^"\S+"$/)])
  await post(`${begun.href}/part`, JSON.stringify({ part_number: 1, response: { headers: { ETag: etag } } }))
  const file = await post(`${begun.href}/complete`)
  const { url: download } = await get(`/files/${file.id}/download_info`)
  const all = await expected(call(download), 200)
  expect(all.bytes.equals(bytes)).toBe(true)
  expect(all.headers['content-disposition']).toContain('filename="r.txt"')
  for (const [range, start, end] of [
    ['2999990-', 2_999_990, 3_000_000],
    ['0-9', 0, 10],
    ['-5', 2_999_995, 3_000_000],
    ['5-9999999', 5, 3_000_000],
  ] as const) {
    const part = await expected(call(download, { headers: { Range: `bytes=${range}` } }), 206)
    expect(part.headers['content-range']).toBe(`bytes ${start}-${end - 1}/3000000`)
    expect(part.bytes.equals(bytes.subarray(start, end)), range).toBe(true)
  }
})

test('the old routes of a project lead to its lists', async () => {
  await post(`/apps/${project.id}/greet/raw`, JSON.stringify(GREET))
  const task = await post(
    '/tasks',
    JSON.stringify({ project: project.id, app: `${project.id}/greet`, inputs: { word: 'x' } }),
  )
  for (const [noun, id] of [
    ['tasks', task.id],
    ['apps', `${project.id}/greet/0`],
  ]) {
    expect((await get(`${project.href}/${noun}`)).items.map(item => item.id)).toContain(id)
    expect((await get(`/projects/${project.id}/${noun}?limit=1`)).items).toHaveLength(1)
  }
  expect((await get(`${project.href}/files`)).href).toContain('/files')
  expect((await get('/projects/admin')).items).toMatchObject([{ id: project.id }])
})

test('a label and no body: run, clone and abort', async () => {
  const raw = await post(`/apps/${project.id}/yaml/raw`, GREET_YAML)
  const body = JSON.stringify({ project: project.id, app: raw['sbg:id'], inputs: { word: 'hello' } })
  const task = await post('/tasks', body)
  expect((await post(`${task.href}/actions/run`)).id).toBe(task.id)
  const rerun = await post(`${task.href}/actions/clone?action=Run`)
  for (const one of [task, rerun]) {
    const done = await until(() => get(one.href), hasEnded)
    const { url } = await get(`/files/${(done.outputs.greeting as Json).path}/download_info`)
    expect((await call(url)).bytes.toString()).toBe('hello\n')
  }
  expect((await curl('POST', `${task.href}/actions/abort`)).body.code).toBe(7011)
  const draft = await post(`${task.href}/actions/clone`)
  const gone = await curl('DELETE', draft.href)
  expect([gone.status, gone.bytes.length]).toEqual([204, 0])
})

test('an app is posted as the file that it is, whatever its label', async () => {
  for (const [name, label] of [
    ['as-yaml', 'application/yaml'],
    ['as-json', 'application/json'],
    ['as-form', 'application/x-www-form-urlencoded'],
  ] as const) {
    const answer = await curl('POST', `/apps/${project.id}/${name}/raw`, GREET_YAML, { 'Content-Type': label })
    expect([answer.status, answer.body['sbg:id']], label).toEqual([201, `${project.id}/${name}/0`])
  }
})

test('an edit may be a POST that says so, and a HEAD harms nothing', async () => {
  const edited = await post(`${project.href}?_method=PATCH`, '{"description": "by hand"}')
  expect(edited).toMatchObject({ id: project.id, description: 'by hand' })
  expect((await curl('HEAD', '/user')).status).toBeLessThan(500)
})

test('calls in a row on one connection are answered in their order', async () => {
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  const head = `Host: ${hostname}:${port}\r\nX-SBG-Auth-Token: ${server.token}\r\n`
  socket.write(`GET /v2/user HTTP/1.1\r\n${head}Content-Length: 4\r\n\r\nnull`)
  socket.write(`GET /v2/tasks/none HTTP/1.1\r\n${head}Content-Length: 2\r\n\r\n{}`)
  socket.write(`GET /v2/rate_limit HTTP/1.1\r\n${head}Connection: close\r\n\r\n`)
  let text = ''
  socket.on('data', chunk => {
    text += chunk
  })
  await once(socket, 'close')
  expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400', 'HTTP/1.1 200'])
})
