import { afterAll, beforeAll, expect, test } from 'vitest'
import { examine } from '../../src/http/monitoring/health.ts'
import { type Api, type Client, send, startApi } from '../support/api.ts'

let api: Api
let kim: Client
let root: string

beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim')
  root = api.base.replace('/v2', '')
})
afterAll(() => api.close())

test('the process is alive and ready', async () => {
  expect((await send(`${root}/healthz`)).body).toEqual({ status: 'ok' })
  const ready = await send(`${root}/readyz`)
  expect([ready.status, ready.body]).toEqual([200, { status: 'ok', database: 'ok', disk: 'ok' }])
})

test('it is not ready without its worker, or without its database', async () => {
  let alive = true
  const other = await startApi({}, {}, { worker: { send: () => undefined, alive: () => alive } })
  const ask = () => send(other.base.replace('/v2', '/readyz'))
  try {
    expect((await ask()).body).toEqual({ status: 'ok', database: 'ok', disk: 'ok', worker: 'ok' })
    alive = false
    const without = await ask()
    expect([without.status, without.body.worker]).toEqual([503, 'not running'])
    alive = true
    await other.database.write(tx => tx.schema.dropTable('settings').execute())
    const broken = await ask()
    expect([broken.status, broken.body]).toMatchObject([503, { status: 'unavailable', database: 'does not answer' }])
    expect((await send(other.base.replace('/v2', '/healthz'))).status).toBe(200)
  } finally {
    await other.close()
  }
})

test('it is not ready when its disk is full or gone', async () => {
  const { database } = api
  const folder = '/nowhere/at/all'
  expect(await examine({ database, folder, workerAlive: undefined })).toEqual({ database: 'ok', disk: 'full' })
})

test('the metrics count calls, tasks, bytes and the times of the database', async () => {
  const project = await kim.project('Metrics')
  const file = await kim.upload({ project }, 'a', 'twelve bytes')
  await send((await kim.get(`/files/${file}/download_info`)).body.url)
  await kim.get('/projects/kim/none')
  const { text, headers } = await send(`${root}/metrics`)
  expect(headers['content-type']).toMatch(/^text\/plain/)
  expect(text).toMatch(/^reprise_http_requests_total\{call="projects.get",status="404"\} 1$/m)
  expect(text).toMatch(/^reprise_http_request_seconds_count\{call="uploads.complete"\} 1$/m)
  expect(text).toMatch(/^reprise_transferred_bytes_total\{direction="in"\} 12$/m)
  expect(text).toMatch(/^reprise_transferred_bytes_total\{direction="out"\} 12$/m)
  expect(text).toMatch(/^reprise_tasks\{status="RUNNING"\} 0$/m)
  expect(text).toMatch(/^reprise_jobs_running 0$/m)
  expect(text).toMatch(/^reprise_database_seconds_count\{kind="read"\} [1-9]/m)
  expect(text).toMatch(/^reprise_database_seconds_count\{kind="write"\} [1-9]/m)
  expect(text).toMatch(/^process_cpu_seconds_total /m)
  expect(text).not.toContain(kim.token)
})

test("behind a proxy the metrics are for an administrator's token", async () => {
  const boss = await api.user('boss', { admin: true })
  const proxied = { 'X-Forwarded-For': '192.0.2.1' }
  const status = async (headers: { [name: string]: string }, base = root) =>
    (await send(`${base}/metrics`, { headers })).status
  expect(await status({})).toBe(200)
  expect(await status(proxied)).toBe(403)
  expect(await status({ ...proxied, 'X-SBG-Auth-Token': kim.token })).toBe(403)
  expect(await status({ ...proxied, Authorization: `Bearer ${boss.token}` })).toBe(200)
  const published = await startApi({ publicUrl: 'https://lab.example.org' })
  expect(await status({}, published.base.replace('/v2', ''))).toBe(403)
  await published.close()
})
