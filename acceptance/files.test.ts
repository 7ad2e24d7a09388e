import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, expected } from './call.ts'
import { Client } from './client.ts'
import type { Json } from './exchange.ts'
import { refused } from './refused.ts'
import { type Server, serve } from './server.ts'

/** Files and folders: what is found, what may be changed and named how, and bytes by ranges as clients ask for them. */
let server: Server
let kim: Client
let project: Json
let folder: Json
let reads: Json

beforeAll(async () => {
  server = await serve()
  kim = new Client(server)
  project = await kim.post('/projects', { name: 'Files' })
  folder = await kim.post('/files', { name: 'my reads', type: 'FOLDER', project: project.id, parent: null })
  reads = await kim.upload(folder.id, 'reads.txt', '0123456789')
})
afterAll(() => server.close())

const found = async (query: string) => (await kim.get(`/files?${query}`)).items.map(({ name }) => name).sort()

test('one name or another, one tag or another, and of different filters all', async () => {
  const place = await kim.post('/files', { name: 'filters', type: 'folder', parent: project.root_folder })
  const make = async (name: string, metadata: object, tags: string[]) => {
    const file = await kim.upload(place.id, name, name)
    await kim.patch(file.href, { metadata, tags })
  }
  await make('a', { Sample: 'S1', 'lib rary': 'ü+&' }, ['x'])
  await make('b', { Sample: 'S2' }, ['x', 'y'])
  await make('c', { sample: 'S1' }, ['z'])
  const at = `parent=${place.id}`
  expect(await found(`${at}&name=a&name=c`)).toEqual(['a', 'c'])
  expect(await found(`${at}&name=A`)).toEqual([])
  expect(await found(`${at}&name=`)).toEqual([])
  expect(await found(`${at}&tag=y&tag=z`)).toEqual(['b', 'c'])
  expect(await found(`${at}&metadata.Sample=S1&metadata.Sample=S2`)).toEqual(['a', 'b'])
  expect(await found(`${at}&metadata.sample=S1`)).toEqual(['c'])
  expect(await found(`${at}&metadata.Sample=S1&tag=y`)).toEqual([])
  expect(await found(`${at}&metadata.lib%20rary=${encodeURIComponent('ü+&')}`)).toEqual(['a'])
  expect(await found(`${at}&origin.task=00000000-0000-4000-8000-000000000000`)).toEqual([])
  expect(await found(`${at}&unknown=1&limit=2&offset=2&fields=name`)).toEqual(['c'])
})

test('a list goes one level deep, and shows little unless it is asked for all', async () => {
  expect(await found(`project=${project.id}`)).not.toContain('reads.txt')
  expect(await found(`project=${encodeURIComponent(project.id)}&name=reads.txt`)).toEqual([])
  const [short] = (await kim.get(`/files/${folder.id}/list/?limit=1&offset=0`)).items
  expect(Object.keys(short!).sort()).toEqual(['href', 'id', 'name', 'parent', 'project', 'type'])
  const [all] = (await kim.get(`/files/${folder.id}/list?fields=_all`)).items
  expect(all).toMatchObject({ size: 10, origin: {}, tags: [], metadata: {}, storage: { type: 'PLATFORM' } })
})

test('fields are taken in and left out, nested ones too', async () => {
  await kim.replace(`${reads.href}/metadata`, { sample_id: 'S1', library: 'L' })
  const { href } = reads
  expect(await kim.get(`${href}?fields=id,metadata.sample_id`)).toEqual({
    href,
    id: reads.id,
    metadata: { sample_id: 'S1' },
  })
  const mixed = await kim.get(`${href}?fields=id,metadata,!metadata.library,!origin`)
  expect(mixed).toEqual({ href, id: reads.id, metadata: { sample_id: 'S1' } })
  const without = await kim.get(`${href}?fields=!metadata,!none`)
  expect(without).toEqual(expect.objectContaining({ size: 10 }))
  expect(without).not.toHaveProperty('metadata')
})

test.each([
  ['my folder', true],
  ['a', true],
  ['ünï-_.x', true],
  ['x'.repeat(255), true],
  ['x'.repeat(256), false],
  ['__private', false],
  ['a/b', false],
  ['', false],
  ['..', false],
])('a folder may be called %j: %s', async (name, allowed) => {
  const asked = kim.ask('POST', '/files', { name, type: 'folder', parent: folder.id })
  if (allowed) expect((await expected(asked, 201)).body).toMatchObject({ name, type: 'folder', parent: folder.id })
  else await refused(asked, 400, 5024, /name/)
})

test('a folder is made once, in one place, and of no other type', async () => {
  const body = { name: 'twice', type: 'folder', parent: folder.id }
  await kim.post('/files', body)
  await refused(kim.ask('POST', '/files', body), 409, 5030)
  await refused(kim.ask('POST', '/files', { ...body, parent: null }), 400, 5029, /project|parent/)
  await refused(kim.ask('POST', '/files', { ...body, type: 'file' }), 400, 5012, /type/)
  await refused(kim.ask('POST', '/files', { ...body, parent: reads.id }), 400, 5022)
  await refused(kim.ask('POST', '/files', { ...body, parent: 'f'.repeat(24) }), 404, 5026)
  await refused(kim.ask('GET', '/files?project=files'), 400, 5005, /owner\/project/)
  await refused(kim.ask('GET', `/files?parent=${reads.id}`), 400, 5022)
  await refused(kim.ask('GET', `/files/${reads.id}/list`), 400, 5022)
})

test('of a folder nothing is edited, and it is deleted when it is empty; a root never', async () => {
  await refused(kim.ask('PATCH', folder.href, { name: 'other' }), 400, 5023)
  await refused(kim.ask('PATCH', folder.href, { tags: ['x'] }), 400, 5027)
  await refused(kim.ask('PATCH', folder.href, { metadata: { a: 'b' } }), 400, 5025)
  await refused(kim.ask('PUT', `${folder.href}/tags`, ['x']), 400, 5027)
  await refused(kim.ask('PATCH', `${folder.href}/metadata`, { a: 'b' }), 400, 5025)
  await refused(kim.ask('GET', `${folder.href}/download_info`), 400, 5017)
  await refused(kim.ask('DELETE', folder.href), 400, 5021)
  await refused(kim.ask('DELETE', `/files/${project.root_folder}`), 400, 5021)
  const empty = await kim.post('/files', { name: 'empty', type: 'folder', parent: folder.id })
  await kim.delete(empty.href)
  await refused(kim.ask('DELETE', empty.href), 404, 5002)
})

test('a file is renamed to a name that is free and can be one', async () => {
  const one = await kim.upload(folder.id, 'one.txt', '1')
  await kim.upload(folder.id, 'two.txt', '2')
  await refused(kim.ask('PATCH', one.href, { name: 'two.txt' }), 409, 5003)
  await refused(kim.ask('PATCH', one.href, { name: 'a/b' }), 400, 5024, /name/)
  expect(await kim.patch(one.href, { name: 'drei ü.txt' })).toMatchObject({ id: one.id, name: 'drei ü.txt' })
  const { url } = await kim.get(`${one.href}/download_info`)
  const { headers } = await expected(call(url), 200)
  expect(headers['content-disposition']).toMatch(/^attachment; .*filename/)
})

test('metadata are strings in limits; a null is none, a PATCH merges and a PUT replaces', async () => {
  const path = `${reads.href}/metadata`
  expect(await kim.replace(path, { cohort: 2, paired: true, none: null })).toEqual({ cohort: '2', paired: 'true' })
  expect(await kim.patch(path, { Cohort: 'A', paired: null })).toEqual({ cohort: '2', Cohort: 'A' })
  expect(await kim.get(path)).toEqual({ cohort: '2', Cohort: 'A' })
  expect((await kim.patch(reads.href, { metadata: { only: 'this' } })).metadata).toEqual({ only: 'this' })
  expect(await kim.patch(path, { ['k'.repeat(100)]: 'v'.repeat(300) })).toHaveProperty('only')
  await refused(kim.ask('PATCH', path, { ['ü'.repeat(51)]: 'x' }), 400, 5006, /100 bytes/)
  await refused(kim.ask('PATCH', path, { x: 'ü'.repeat(151) }), 400, 5006, /300 bytes/)
  await refused(kim.ask('PATCH', path, { x: ['a', 'b'] }), 400, 5006, /metadata\.x/)
  await refused(kim.ask('PATCH', path, { '': 'x' }), 400, 5035)
  const many = Object.fromEntries(Array.from({ length: 1001 }, (_, n) => [`k${n}`, 'v']))
  await refused(kim.ask('PUT', path, many), 400, 5006, /1000/)
})

test('tags come bare or wrapped, and go back as a bare list', async () => {
  const path = `${reads.href}/tags`
  for (const body of [['a', 'b'], { tags: ['a', 'b'] }]) expect(await kim.replace(path, body)).toEqual(['a', 'b'])
  expect(await kim.replace(path, [])).toEqual([])
  expect((await kim.get(reads.href)).tags).toEqual([])
})

test.each([
  ['bytes=0-4', 206, '01234', 'bytes 0-4/10'],
  ['bytes=5-', 206, '56789', 'bytes 5-9/10'],
  ['bytes=5-100', 206, '56789', 'bytes 5-9/10'],
  ['bytes=-3', 206, '789', 'bytes 7-9/10'],
  ['bytes=-100', 206, '0123456789', 'bytes 0-9/10'],
  ['bytes=9-9', 206, '9', 'bytes 9-9/10'],
  ['lines=1-2', 200, '0123456789', undefined],
])('the range %s brings %i with %j', async (Range, status, bytes, range) => {
  const { url } = await kim.get(`${reads.href}/download_info`)
  const answer = await call(url, { headers: { Range, 'Accept-Encoding': 'gzip, deflate' } })
  expect([answer.status, answer.bytes.toString(), answer.headers['content-range']]).toEqual([status, bytes, range])
  expect(answer.headers['content-length']).toBe(String(bytes.length))
  expect(answer.headers).not.toHaveProperty('content-encoding')
})

test('a range behind the end is 416 and says how long the file is; a HEAD shows its length', async () => {
  const { url } = await kim.get(`${reads.href}/download_info`)
  const answer = await call(url, { headers: { Range: 'bytes=10-20' } })
  expect([answer.status, answer.headers['content-range']]).toEqual([416, 'bytes */10'])
  const head = await call(url, { method: 'HEAD' })
  expect([head.status, head.headers['content-length'], head.bytes.length]).toEqual([200, '10', 0])
})

test('a signed address is good for its file alone, and not when it is changed', async () => {
  const { url } = await kim.get(`${reads.href}/download_info`)
  const other = await kim.upload(folder.id, 'other.txt', 'other')
  const forged = [
    url.replace(reads.id, other.id),
    url.replace(/.$/, last => (last === '0' ? '1' : '0')),
    url.split('?')[0]!,
  ]
  for (const address of forged) {
    const { status } = await call(address)
    expect(status, address).toBeGreaterThanOrEqual(400)
    expect(status, address).toBeLessThan(500)
  }
})
