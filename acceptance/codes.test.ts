import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, expected, until } from './call.ts'
import { Client } from './client.ts'
import { GREET } from './documents.ts'
import type { Json } from './exchange.ts'
import { refused } from './refused.ts'
import { type Server, serve } from './server.ts'

/** Codes that need two users, another server or an odd call: each is answered where the reference says so. */
let server: Server
let kim: Client
let lee: Client
let name: string
let project: Json
let own: Json
let reads: Json

beforeAll(async () => {
  server = await serve()
  kim = new Client(server)
  lee = new Client(server, await server.addUser('lee'))
  name = String((await lee.get('/user')).username)
  project = await kim.post('/projects', { name: 'Codes' })
  own = await lee.post('/projects', { name: 'Codes of Lee' })
  reads = await kim.upload(project.root_folder, 'reads.txt', 'bytes')
  await kim.post(`/projects/${project.id}/members`, { username: name, permissions: { read: true } })
})
afterAll(() => server.close())

test('another user is seen by nobody', async () => {
  await refused(kim.ask('GET', `/users/${name}`), 403, 2001)
})

test('bodies that are no JSON at all are not read', async () => {
  const headers = { 'X-SBG-Auth-Token': server.token }
  const url = `${server.url}/projects`
  for (const [name, value] of [
    ['Content-Type', 'multipart/form-data; boundary=x'],
    ['Content-Encoding', 'br'],
  ] as const) {
    const sent = { method: 'POST', headers: { ...headers, [name]: value }, raw: '{"name": "x"}' }
    await refused(call(url, sent), 415, 90008)
  }
})

test('tags are a list of strings', async () => {
  for (const body of [[1], { tags: { a: 'b' } }, 7])
    await refused(kim.ask('PUT', `${reads.href}/tags`, body), 400, 5011, /tags|string|list/)
})

test('filters of apps are not empty, and ids have their form', async () => {
  await refused(kim.ask('GET', '/apps?project_owner='), 400, 6006, /project_owner/)
  await refused(kim.ask('GET', '/apps?project='), 400, 6007, /project/)
  await refused(kim.ask('GET', '/apps?id=one/two'), 400, 6011, /id/)
  await kim.post(`/apps/${project.id}/greet/raw`, GREET)
  await refused(kim.ask('GET', `/apps/${project.id}/greet/latest`), 400, 6011, /revision/)
  await refused(lee.ask('POST', `/apps/${project.id}/greet/1/raw`, GREET), 403, 6001)
})

type Job = Json & { result: { error?: Json }[] }

async function failing(who: Client, kind: string, items: object[]): Promise<unknown> {
  const { body: job } = await expected(who.ask('POST', `/async/files/${kind}`, { items }), 200, 201, 202)
  const done = (await until(
    () => who.get(job.href),
    ({ state }) => state === 'FINISHED',
  )) as Job
  return done.result[0]?.error?.code
}

test('an item of an asynchronous job fails with its reason', async () => {
  const mine = await lee.upload(own.root_folder, 'mine.txt', 'x')
  const folder = await lee.post('/files', { name: 'f', type: 'folder', project: own.id })
  const nothing = 'f'.repeat(24)
  expect(await failing(lee, 'copy', [{ file: reads.id, project: own.id }])).toBe(10226)
  expect(await failing(lee, 'copy', [{ file: mine.id, project: project.id }])).toBe(10210)
  expect(await failing(lee, 'copy', [{ file: mine.id, parent: project.root_folder }])).toBe(10221)
  expect(await failing(lee, 'copy', [{ file: mine.id, parent: nothing }])).toBe(10222)
  expect(await failing(lee, 'copy', [{ file: mine.id, project: 'nobody/none' }])).toBe(10213)
  expect(await failing(lee, 'move', [{ file: folder.id, parent: mine.id }])).toBe(10227)
  expect(await failing(lee, 'delete', [{ file: nothing }])).toBe(10225)
})

test('what is wrong with an asynchronous call as a whole is told at once', async () => {
  const item = { file: reads.id, project: project.id }
  await refused(kim.ask('POST', '/async/files/copy', { items: [] }), 400, 10230, /items/)
  await refused(kim.ask('POST', '/async/files/copy', { items: [{ file: reads.id }] }), 400, 10228)
  await refused(kim.ask('POST', '/async/files/copy', { items: [item, item] }), 400, 10231)
  await refused(kim.ask('POST', '/async/files/copy', { items: [{ ...item, parent: project.root_folder }] }), 400, 10232)
  await refused(kim.ask('POST', '/async/files/archive', { items: [item] }), 400, 90010)
})

test('a billing group is shown to all, and changed by administrators alone', async () => {
  const [group] = (await lee.get('/billing/groups')).items
  await refused(lee.ask('PATCH', `/billing/groups/${group!.id}`, { disabled: true }), 403, 4001)
  expect(await kim.patch(`/billing/groups/${group!.id}`, { disabled: false })).toMatchObject({ disabled: false })
})

test('breakdowns and invoices are lists; the oldest breakdown is an object', async () => {
  const [group] = (await kim.get('/billing/groups')).items
  const path = `/billing/groups/${group!.id}/breakdown`
  const query = 'date_from=01-01-2020&date_to=12-31-2030&limit=50&offset=0&fields=_all'
  for (const kind of ['analysis', 'storage', 'egress']) {
    const list = await expected(kim.ask('GET', `${path}/${kind}?${query}`), 200)
    expect(list.headers['x-total-matching-query'], kind).toMatch(/^\d+$/)
    await expected(kim.ask('GET', `${path}/${kind}?invoice_id=1`), 200, 400, 404)
  }
  expect(await kim.get(path)).toMatchObject({
    project_breakdown: expect.any(Array),
    total_spending: { currency: 'USD' },
  })
  const invoices = await kim.get(`/billing/invoices?billing_group=${group!.id}&limit=50&offset=0&fields=_all`)
  for (const { id } of invoices.items)
    expect(await kim.get(`/billing/invoices/${id}?fields=_all`)).toMatchObject({ id })
  await refused(kim.ask('GET', '/billing/invoices/none'), 404, 4002)
})

test('searching is not for everybody where it names what one may not see', async () => {
  await refused(lee.ask('GET', '/files?project=nobody/none'), 404, 3002)
  await refused(lee.ask('GET', `/upload/multipart/${'0'.repeat(64)}`), 404, 8003)
})
