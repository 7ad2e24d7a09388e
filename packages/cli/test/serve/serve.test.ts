import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const REPRISE = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

let folder: string
let children: ChildProcess[]

beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'reprise-serve-'))
  children = []
})

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await fs.rm(folder, { recursive: true })
})

function start(words: string[], environment: { [name: string]: string } = {}): ChildProcess {
  const child = spawn(process.execPath, [...process.execArgv, REPRISE, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, REPRISE_DATA: folder, ...environment },
  })
  children.push(child)
  return child
}

async function reprise(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = start(words)
  const texts = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]!.on('data', data => {
      texts[stream] += data
    })
  }
  const [code] = await once(child, 'close')
  return { code, ...texts }
}

/** A server on a free port; resolves with its address when it says that it is ready. */
async function serve(environment?: { [name: string]: string }): Promise<{ child: ChildProcess; url: string }> {
  const child = start(['serve', '--isolation', 'none'], { REPRISE_PORT: '0', ...environment })
  for await (const line of createInterface({ input: child.stdout! })) {
    const [url] = /http:\/\/\S+\/v2/.exec(line) ?? []
    if (url) return { child, url }
  }
  throw new Error('it did not start')
}

const userOf = async (url: string, token: string) => {
  const answer = await fetch(`${url}/user`, { headers: { 'X-SBG-Auth-Token': token } })
  return { status: answer.status, body: (await answer.json()) as { username?: string } }
}

test('the first start makes an administrator; their token is for the owner alone and works', async () => {
  const { url } = await serve()
  const path = join(folder, 'admin-token')
  expect((await fs.stat(path)).mode & 0o777).toBe(0o600)
  const token = (await fs.readFile(path, 'utf8')).trim()
  expect(await userOf(url, token)).toMatchObject({ status: 200, body: { username: 'admin' } })
})

test('a user made beside the running server has a token that works until they are disabled', async () => {
  const { url } = await serve()
  const added = await reprise('user', 'add', 'kim')
  expect(added).toEqual({ code: 0, stdout: expect.stringMatching(/^[0-9a-f]{64}\n$/), stderr: '' })
  const token = added.stdout.trim()
  expect(await userOf(url, token)).toMatchObject({ status: 200, body: { username: 'kim' } })
  expect((await reprise('user', 'list')).stdout).toContain('kim')
  expect((await reprise('user', 'disable', 'kim')).code).toBe(0)
  expect((await userOf(url, token)).status).toBe(401)
})

test('a token is made and revoked', async () => {
  const { url } = await serve()
  const made = await reprise('token', 'new', 'admin')
  const token = made.stdout.trim()
  const [, id = ''] = /id of the token: (\S+)/.exec(made.stderr) ?? []
  expect((await userOf(url, token)).status).toBe(200)
  expect((await reprise('token', 'revoke', id)).code).toBe(0)
  expect((await userOf(url, token)).status).toBe(401)
  expect(await reprise('token', 'revoke', id)).toMatchObject({ code: 1, stderr: expect.stringContaining(id) })
})

test('what is wrong is said, with exit code 1', async () => {
  expect(await reprise('user', 'add', 'a b')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('must be'),
  })
  expect(await reprise('token', 'new', 'nobody')).toMatchObject({ code: 1, stdout: '' })
  expect(await reprise('serve', '--port', 'http')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('0 to 65535'),
  })
})

test('a second server on the same data folder is refused', async () => {
  await serve()
  const second = await reprise('serve', '--port', '0', '--isolation', 'none')
  expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining('is in use by another server') })
})

test('rate limit and origins are settings; the server says that it is ready', async () => {
  const origin = 'https://lab.example.org'
  const { url } = await serve({
    REPRISE_RATE_LIMIT: 'platform',
    REPRISE_CORS_ORIGIN: `${origin} http://localhost:3000`,
  })
  const token = (await fs.readFile(join(folder, 'admin-token'), 'utf8')).trim()
  const { headers } = await fetch(`${url}/user`, { headers: { 'X-SBG-Auth-Token': token, Origin: origin } })
  expect(headers.get('x-ratelimit-limit')).toBe('1000')
  expect(headers.get('access-control-allow-origin')).toBe(origin)
  const ready = await fetch(url.replace('/v2', '/readyz'))
  expect([ready.status, await ready.json()]).toMatchObject([200, { status: 'ok', worker: 'ok' }])
  for (const [option, value] of [
    ['--rate-limit', '0/300'],
    ['--rate-limit', 'many'],
    ['--cors-origin', 'lab.example.org'],
    ['--cors-origin', 'https://lab.example.org/path'],
  ] as const) {
    expect(await reprise('serve', option, value)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('It must be'),
    })
  }
})

test('a call that is repeated with its key after a kill is answered as before, and carried out once', async () => {
  const first = await serve()
  const token = (await fs.readFile(join(folder, 'admin-token'), 'utf8')).trim()
  const headers = { 'X-SBG-Auth-Token': token, 'Content-Type': 'application/json', 'Idempotency-Key': 'once' }
  const create = async (url: string) => {
    const answer = await fetch(`${url}/projects`, { method: 'POST', headers, body: '{"name": "Once"}' })
    const { id, created_on } = (await answer.json()) as { id: string; created_on: string }
    return { status: answer.status, id, created_on, replayed: answer.headers.get('idempotency-replayed') }
  }
  const made = await create(first.url)
  expect(made).toMatchObject({ status: 201, id: 'admin/once', replayed: null })
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')
  const { url } = await serve()
  expect(await create(url)).toEqual({ ...made, replayed: 'true' })
  const list = await fetch(`${url}/projects`, { headers: { 'X-SBG-Auth-Token': token } })
  expect(list.headers.get('x-total-matching-query')).toBe('1')
})

test('SIGTERM ends it with exit code 0, and the next start serves on with the same users', async () => {
  const first = await serve()
  const token = (await fs.readFile(join(folder, 'admin-token'), 'utf8')).trim()
  first.child.kill('SIGTERM')
  expect(await once(first.child, 'exit')).toEqual([0, null])
  const { url } = await serve()
  expect((await userOf(url, token)).status).toBe(200)
})

test('a call in flight is finished before it ends; a second signal ends it at once', async () => {
  const { child, url } = await serve()
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  socket.write('POST /v2/projects HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{')
  const token = (await fs.readFile(join(folder, 'admin-token'), 'utf8')).trim()
  await userOf(url, token)
  child.kill('SIGTERM')
  await refused(url)
  expect(child.exitCode).toBe(null)
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([1, null])
  socket.destroy()
})

async function refused(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(url, { headers: { connection: 'close' } }).catch(() => undefined)
    if (!answer) return
    await answer.text()
  }
}
