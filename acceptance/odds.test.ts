import { afterAll, beforeAll, expect, test } from 'vitest'
import { expected } from './call.ts'
import { Client } from './client.ts'
import { GREET } from './documents.ts'
import type { Json } from './exchange.ts'
import { readInventory } from './inventory.ts'
import { refused } from './refused.ts'
import { type Server, serve } from './server.ts'

/** Odds and ends that one client or another calls: markers, feedback, paths to ids, and what this server has none of. */
let server: Server
let kim: Client
let project: Json
let reads: Json

beforeAll(async () => {
  server = await serve()
  kim = new Client(server)
  project = await kim.post('/projects', { name: 'Odds' })
  reads = await kim.upload(project.root_folder, 'reads.bam', 'x')
})
afterAll(() => server.close())

test('Python makes a marker, changes one end of its place, and deletes it with {}', async () => {
  const given = { file: reads.id, name: 'EGFR', position: { start: 100, end: 200 }, chromosome: 'chr7', private: true }
  const marker = await kim.post('/genome/markers', given)
  const { private: _, ...kept } = given
  expect(marker).toMatchObject({ ...kept, href: `${server.url}/genome/markers/${marker.id}` })
  const list = await expected(kim.ask('GET', `/genome/markers?file=${reads.id}&limit=50&offset=0&fields=_all`), 200)
  expect([list.body.items, list.headers['x-total-matching-query']]).toEqual([[marker], '1'])
  const edit = { name: 'ERBB1', position: { start: 90 }, chromosome: 'chr8', private: 'False' }
  const edited = await kim.patch(`/genome/markers/${marker.id}`, edit)
  expect(edited).toMatchObject({ name: 'ERBB1', position: { start: 90, end: 200 }, chromosome: 'chr8' })
  expect((await kim.patch(marker.href, { position: { end: 300 } })).position).toEqual({ start: 90, end: 300 })
  expect(await kim.get(marker.href)).toMatchObject({ position: { start: 90, end: 300 } })
  expect((await kim.ask('DELETE', marker.href, {})).status).toBe(204)
  await refused(kim.ask('GET', marker.href), 404, 90003)
  await refused(kim.ask('POST', '/genome/markers', { ...given, file: '' }), 400, 5004, /file/)
})

test.each(['IDEA', 'THOUGHT', 'PROBLEM', 'problem'])('feedback of the type %s is taken', async type => {
  const body = { type, text: 'It works.', referrer: 'sevenbridges-python/2.11.2' }
  await expected(kim.ask('POST', '/action/notifications/feedback', body), 200, 201, 204)
})

test('the older R client turns paths into ids, with nulls for what there is not', async () => {
  const folder = await kim.post('/files', { name: 'a b', type: 'folder', project: project.id })
  const inner = await kim.upload(folder.id, 'c.txt', 'c')
  const paths = [`${project.id}/reads.bam`, `${project.id}/none`, `${project.id}/a b/c.txt`, 'nobody/none/x']
  const { body } = await expected(kim.ask('POST', '/action/files/get_ids', paths), 200)
  expect(Object.values(body)).toEqual([reads.id, null, inner.id, null])
  await refused(kim.ask('POST', '/action/files/get_ids', []), 400, 10234)
  await refused(kim.ask('POST', '/action/files/get_ids', ['reads.bam']), 400, 10233, /path/)
})

test('a portal asks for the files of a dataset by their ids there, and copies those that there are', async () => {
  const ask = (body: object) => kim.ask('POST', '/action/files/resolve_origin_ids', body)
  const dataset = { type: 'dataset', dataset: 'sevenbridges/kids-first' }
  const unknown = { id: 'ffe81227-2d0f-4cb0-be03-f6fa0f93de71' }
  const { body } = await expected(ask({ ...dataset, items: [unknown, { id: reads.id }] }), 200)
  expect(body.items).toEqual([{ href: reads.href, id: reads.id, name: reads.name }])
  expect((await expected(ask({ ...dataset, items: [unknown] }), 200)).body.items).toEqual([])
  const target = await kim.post('/projects', { name: 'Portal' })
  const file_ids = body.items.map(({ id }) => id)
  const copied = await kim.post('/action/files/copy', { project: target.id, file_ids })
  expect(Object.values(copied)).toMatchObject([{ status: 'OK' }])
  await refused(ask({ ...dataset, items: [] }), 400, 10232, /items/)
  await refused(ask(dataset), 400, 10232, /items/)
  await refused(ask({ ...dataset, items: [{}] }), 400, 10232, /items.0.id/)
  await refused(ask({ ...dataset, items: Array(101).fill(unknown) }), 400, 10232, /items.*at most 100/)
  await refused(ask({ ...dataset, type: 'galaxy', items: [unknown] }), 400, 10232, /type/)
  await refused(ask({ type: 'dataset', items: [unknown] }), 400, 10232, /dataset/)
})

test('an editor of apps gets a list', async () => {
  await kim.post(`/apps/${project.id}/greet/raw`, GREET)
  const { body } = await expected(kim.ask('POST', '/action/internal/app_containers', {}), 200)
  expect(body.items).toEqual(expect.any(Array))
})

test.each([
  '/datasets?visibility=public&limit=50&offset=0&fields=_all',
  '/datasets/nobody?limit=50&offset=0&fields=_all',
  '/automation/automations?limit=50&offset=0&fields=_all',
  '/automation/runs?status=RUNNING&automation_id=x&package_id=x&name=x&created_by=x&project_id=a/b&order_by=created_on&order=asc&created_from=2020-01-01&created_to=2030-01-01&limit=50&offset=0&fields=_all',
])('%s is an empty list', async path => {
  const list = await expected(kim.ask('GET', path), 200)
  expect([list.body.items, list.body.links, list.headers['x-total-matching-query']]).toEqual([[], [], '0'])
})

test.each([...readInventory().uncovered.keys()])('%s finds nothing, as for an account that has none', async call => {
  const [method = '', path = ''] = call.split(' ')
  const { status, body } = await kim.ask(method, path.replace(/\{[^}]+\}/g, 'x'), method === 'GET' ? undefined : {})
  expect([403, 404]).toContain(status)
  expect(body).toMatchObject({ status, code: expect.any(Number), message: expect.any(String) })
})

test('there are no files of a dataset', async () => {
  const { status } = await kim.ask('GET', '/files?dataset=kim/data')
  expect([400, 404]).toContain(status)
})
