import { once } from 'node:events'
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, expected, until } from './call.ts'
import { Client } from './client.ts'
import type { Json } from './exchange.ts'
import { type Server, serve } from './server.ts'

/** Imports from a DRS server, as Python starts them in bulk and polls their job. */
let host: string
let drs: HttpServer
let server: Server
let kim: Client
let project: Json
const TEXT: { [id: string]: string } = { one: 'first', two: 'second' }

beforeAll(async () => {
  drs = createServer((request, response) => {
    const [, id = ''] = /^\/ga4gh\/drs\/v1\/objects\/(\w+)$/.exec(request.url ?? '') ?? []
    const [, bytes = ''] = /^\/bytes\/(\w+)$/.exec(request.url ?? '') ?? []
    const text = TEXT[id]
    if (TEXT[bytes] !== undefined) return response.end(TEXT[bytes])
    if (text === undefined) return response.writeHead(404).end('{}')
    const access_methods = [{ type: 'https', access_url: { url: `http://${host}/bytes/${id}` } }]
    const object = {
      id,
      name: `${id}.txt`,
      size: text.length,
      self_uri: `drs://${host}/${id}`,
      created_time: '2024-01-01T00:00:00Z',
    }
    response.setHeader('content-type', 'application/json')
    return response.end(JSON.stringify({ ...object, checksums: [], access_methods }))
  })
  drs.listen(0, '127.0.0.1')
  await once(drs, 'listening')
  host = `127.0.0.1:${(drs.address() as AddressInfo).port}`
  server = await serve('--allow-drs-host', `http://${host}`)
  kim = new Client(server)
  project = await kim.post('/projects', { name: 'DRS' })
})
afterAll(async () => {
  await server.close()
  drs.closeAllConnections()
  drs.close()
})

type Job = Json & { result: { resource?: Json; error?: Json }[] }

async function run(items: object[], more: object = {}): Promise<Job> {
  const body = { items, tags: null, conflict_resolution: 'SKIP', ...more }
  const { body: job } = await expected(kim.ask('POST', '/bulk/drs/imports/create', body), 200, 201, 202)
  expect(job.href).toBe(`${server.url}/bulk/drs/imports/${job.id}`)
  const done = await until(
    () => kim.get(job.href),
    ({ state }) => state === 'FINISHED',
  )
  return done as Job
}

test('objects become files with metadata and tags; numbers among them are kept as text', async () => {
  const place = { project: project.id, parent: null }
  const done = await run(
    [
      { drs_uri: `drs://${host}/one`, ...place, name: 'named.txt', metadata: { sample_id: 'S1', cohort: 2 } },
      { drs_uri: `drs://${host}/none`, ...place },
      { drs_uri: `drs://${host}/two`, parent: project.root_folder },
    ],
    { tags: ['drs'] },
  )
  const made = done.result.flatMap(({ resource }) => (resource ? [resource.id] : []))
  expect(made).toHaveLength(2)
  expect(done.result.filter(({ error }) => error !== undefined)).toHaveLength(1)
  const { items } = await kim.post('/bulk/files/get', { file_ids: made })
  const files = items.map(item => item.resource as Json)
  expect(files.map(({ name }) => name).sort()).toEqual(['named.txt', 'two.txt'])
  const named = files.find(({ name }) => name === 'named.txt')!
  expect(named).toMatchObject({ metadata: { sample_id: 'S1', cohort: '2' }, tags: ['drs'] })
  const { url } = await kim.get(`${named.href}/download_info`)
  expect((await expected(call(url), 200)).bytes.toString()).toBe('first')
})

test('an imported file is found by the id that its object has where it comes from', async () => {
  const folder = await kim.post('/files', { name: 'origins', type: 'folder', project: project.id })
  const [one] = (await run([{ drs_uri: `drs://${host}/one`, parent: folder.id }])).result
  const body = { type: 'dataset', dataset: 'sevenbridges/kids-first', items: [{ id: 'none' }, { id: 'one' }] }
  const { items } = await kim.post('/action/files/resolve_origin_ids', body)
  expect(items).toEqual([{ href: `${server.url}/files/${one!.resource!.id}`, id: one!.resource!.id, name: 'one.txt' }])
})

test('a name that is taken is skipped, or overwritten', async () => {
  const folder = await kim.post('/files', { name: 'taken', type: 'folder', project: project.id })
  const item = (id: string) => [{ drs_uri: `drs://${host}/${id}`, parent: folder.id, name: 'same.txt' }]
  const sizes = async () => (await kim.get(`/files?parent=${folder.id}&fields=_all`)).items.map(({ size }) => size)
  await run(item('one'))
  await run(item('two'))
  expect(await sizes()).toEqual([5])
  await run(item('two'), { conflict_resolution: 'OVERWRITE' })
  expect(await sizes()).toEqual([6])
})

test.each([
  ['no items', []],
  ['two places', [{ drs_uri: 'drs://127.0.0.1/one', project: 'a/b', parent: 'f'.repeat(24) }]],
  ['no place', [{ drs_uri: 'drs://127.0.0.1/one' }]],
])('an import of %s is refused, or fails item by item', async (_, items) => {
  const answer = await kim.ask('POST', '/bulk/drs/imports/create', { items, tags: null, conflict_resolution: 'SKIP' })
  if (answer.status >= 400) expect(answer.status).toBeLessThan(500)
  else {
    const done = await until(
      () => kim.get(answer.body.href),
      ({ state }) => state === 'FINISHED',
    )
    for (const one of (done as Job).result) expect(one).toHaveProperty('error')
  }
})
