import { afterAll, beforeAll, expect, test } from 'vitest'
import { expected } from './call.ts'
import { Client } from './client.ts'
import { GREET } from './documents.ts'
import type { Json } from './exchange.ts'
import { refused } from './refused.ts'
import { type Server, serve } from './server.ts'

/** Calls on many things at once: a record for each, in the order of the request, with what was found or what went wrong. */
let server: Server
let kim: Client
let project: Json
const GONE = 'f'.repeat(24)

beforeAll(async () => {
  server = await serve()
  kim = new Client(server)
  project = await kim.post('/projects', { name: 'Bulk' })
})
afterAll(() => server.close())

let count = 0
async function fresh(): Promise<Json> {
  const made = await kim.upload(project.root_folder, `file${++count}.txt`, 'x')
  await kim.patch(made.href, { metadata: { a: '1', b: '2' }, tags: ['x'] })
  return kim.get(made.href)
}

type Found = { resource?: Json; error?: Json }

async function bulk(path: string, body: object): Promise<Found[]> {
  const { body: answer, headers } = await expected(kim.ask('POST', `/bulk/${path}`, body), 200)
  for (const item of answer.items) expect('resource' in item && item.resource).not.toBe('error' in item && item.error)
  expect(headers['content-type']).toMatch(/^application\/json/)
  return answer.items as Found[]
}

const missing = (code: number) => ({
  error: { status: 404, code, message: expect.any(String), more_info: expect.any(String) },
})

test('files are got with all of their fields, in the order asked for', async () => {
  const [one, two] = [await fresh(), await fresh()]
  const found = await bulk('files/get', { file_ids: [two.id, GONE, one.id] })
  expect(found).toEqual([{ resource: two }, missing(5002), { resource: one }])
  expect(await bulk('files/get', { file_ids: one.id })).toEqual([{ resource: one }])
})

test('Python edits with an id and all keys, null for what is not there: what is null stays', async () => {
  const [one, two] = [await fresh(), await fresh()]
  const items = [
    { id: one.id, name: 'edited.txt', tags: ['y'], metadata: { b: '3', c: '4' } },
    { file_id: two.id, name: two.name, tags: null, metadata: null },
    { id: GONE, name: 'x', tags: null, metadata: null },
  ]
  const edited = await bulk('files/edit', { items })
  expect(edited[0]!.resource).toMatchObject({
    id: one.id,
    name: 'edited.txt',
    tags: ['y'],
    metadata: { a: '1', b: '3', c: '4' },
  })
  expect(edited[1]!.resource).toMatchObject({ id: two.id, name: two.name, tags: ['x'], metadata: { a: '1', b: '2' } })
  expect(edited[2]).toEqual(missing(5002))
  expect((await bulk('files/edit', { items: [{ file_id: two.id }] }))[0]!.resource).toMatchObject({
    metadata: two.metadata,
  })
})

test('an update replaces: what is null or left out is empty, but the name stays', async () => {
  const [one, two] = [await fresh(), await fresh()]
  const items = [
    { file_id: one.id, name: null, metadata: { only: 'this' }, tags: ['z'] },
    { id: two.id, name: two.name, tags: null, metadata: null },
  ]
  const updated = await bulk('files/update', { items })
  expect(updated[0]!.resource).toMatchObject({ name: one.name, metadata: { only: 'this' }, tags: ['z'] })
  expect(updated[1]!.resource).toMatchObject({ name: two.name, metadata: {}, tags: [] })
})

test('files are deleted with a record of each; one that is gone does not keep the others', async () => {
  const [one, two] = [await fresh(), await fresh()]
  const deleted = await bulk('files/delete', { file_ids: [one.id, GONE, two.id] })
  expect(deleted).toMatchObject([{ resource: { id: one.id } }, missing(5002), { resource: { id: two.id } }])
  for (const { href } of [one, two]) await refused(kim.ask('GET', href), 404, 5002)
})

test('tasks are got by their ids', async () => {
  const raw = await kim.post(`/apps/${project.id}/greet/raw`, GREET)
  const body = { name: 't', project: project.id, app: raw['sbg:id'], inputs: { word: 'x' } }
  const task = await kim.post('/tasks', body)
  const none = '00000000-0000-4000-8000-000000000000'
  const found = await bulk('tasks/get', { task_ids: [none, task.id] })
  expect(found).toEqual([missing(7002), { resource: await kim.get(task.href) }])
})

test.each([
  ['files/get', 'file_ids'],
  ['files/delete', 'file_ids'],
  ['tasks/get', 'task_ids'],
  ['files/edit', 'items'],
])('%s takes a list of at most 100 in %s', async (path, key) => {
  const many = Array.from({ length: 101 }, () => (key === 'items' ? { id: GONE } : GONE))
  for (const body of [{ [key]: many }, {}, { [key]: 7 }]) {
    const { status, body: error } = await kim.ask('POST', `/bulk/${path}`, body)
    expect([status, typeof error.code], JSON.stringify(body).slice(0, 40)).toEqual([400, 'number'])
  }
  const all = await bulk(path, { [key]: many.slice(1) })
  expect(all).toHaveLength(100)
})
