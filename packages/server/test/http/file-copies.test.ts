import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, codes, startApi } from '../support/api.ts'

let api: Api
let kim: Client
let lee: Client
let project: string
let other: string

const NOBODY = '0123456789abcdef01234567'

beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim')
  lee = await api.user('lee')
  project = await kim.project('Copies')
  other = await kim.project('Others')
})
afterAll(() => api.close())

async function folder(name: string, place: object = { project }): Promise<string> {
  return (await kim.post('/files', { ...place, name, type: 'folder' })).body.id
}

/** A project of kim's in which lee may do this much. */
async function shared(name: string, permissions: object): Promise<string> {
  const id = await kim.project(name)
  const all = { read: true, copy: false, write: false, execute: false, admin: false, ...permissions }
  expect((await kim.post(`/projects/${id}/members`, { username: 'lee', permissions: all })).status).toBe(201)
  return id
}

async function contentOf(file: string): Promise<string | null> {
  const rows = api.database.read.selectFrom('files').select('content').where('id', '=', file)
  return (await rows.executeTakeFirstOrThrow()).content
}

test('a copy has an id of its own, shares the content, and keeps metadata and tags', async () => {
  const id = await kim.upload({ project }, 'reads.bam', 'hello')
  await kim.patch(`/files/${id}`, { metadata: { sample_id: 'S1' }, tags: ['wgs'] })
  const { status, body } = await kim.post(`/files/${id}/actions/copy`, { project: other, name: null })
  expect(status).toBe(201)
  expect(body).toMatchObject({
    href: `${api.base}/files/${body.id}`,
    name: 'reads.bam',
    project: other,
    size: 5,
    metadata: { sample_id: 'S1' },
    tags: ['wgs'],
  })
  expect(body.id).not.toBe(id)
  expect(await contentOf(body.id)).toBe(await contentOf(id))
  expect((await kim.get(`/files?project=${other}&metadata.sample_id=S1`)).body.items.map(file => file.id)).toEqual([
    body.id,
  ])

  expect((await kim.delete(`/files/${id}`)).status).toBe(204)
  const { url } = (await kim.get(`/files/${body.id}/download_info`)).body
  expect((await kim.call(url)).text).toBe('hello')
})

test('parent wins over project, and a name may be given', async () => {
  const id = await kim.upload({ project }, 'a.txt', 'x')
  const inner = await folder('inner')
  const copy = await kim.post(`/files/${id}/actions/copy?fields=_all`, { project: other, parent: inner, name: 'b.txt' })
  expect(copy.body).toMatchObject({ project, parent: inner, name: 'b.txt' })
})

test('what is wrong with a copy', async () => {
  const id = await kim.upload({ project }, 'wrong.txt', 'x')
  const inner = await folder('wrong')
  const copy = (body: unknown, file = id, who = kim) => who.post(`/files/${file}/actions/copy`, body)
  const readable = await shared('Readable', {})
  const unreadable = await kim.upload({ project: readable }, 'kept.txt', 'x')
  const mine = await lee.project('Mine')
  expect(
    await codes(
      copy({}),
      copy({ project: 'nope' }),
      copy({ project: 'kim/nope' }),
      copy({ parent: NOBODY }),
      copy({ parent: id }),
      copy({ project, name: 'a/b' }),
      copy({ project, name: 7 }),
      copy({ project }),
      copy({ project: other }, NOBODY),
      copy({ project: other }, inner),
      copy({ project: mine }, id, lee),
      copy({ project: mine }, unreadable, lee),
      copy({ project: readable }, await lee.upload({ project: mine }, 'own.txt', 'x'), lee),
    ),
  ).toEqual([
    [400, 5029],
    [400, 5005],
    [404, 3002],
    [404, 5026],
    [400, 5022],
    [400, 5024],
    [400, 5033],
    [409, 5003],
    [404, 5002],
    [400, 5018],
    [404, 5002],
    [403, 5014],
    [403, 5001],
  ])
})

test('a move keeps the id; the file is found where it is now', async () => {
  const id = await kim.upload({ project }, 'moved.txt', 'x')
  await kim.put(`/files/${id}/metadata`, { moved: 'yes' })
  const inner = await folder('moved')
  const { status, body } = await kim.post(`/files/${id}/actions/move`, { parent: inner, name: 'there.txt' })
  expect([status, body]).toMatchObject([200, { id, parent: inner, name: 'there.txt', metadata: { moved: 'yes' } }])
  expect((await kim.get(`/files?parent=${inner}&metadata.moved=yes`)).body.items.map(file => file.id)).toEqual([id])
  expect((await kim.get(`/files?project=${project}&metadata.moved=yes`)).body.items).toEqual([])
  expect((await kim.post(`/files/${id}/actions/move`, { parent: inner })).status).toBe(200)
})

test('what is wrong with a move', async () => {
  const id = await kim.upload({ project }, 'stays.txt', 'x')
  const inner = await folder('stays')
  await kim.upload({ parent: inner }, 'stays.txt', 'y')
  const elsewhere = await folder('elsewhere', { project: other })
  const readable = await shared('Readable for moves', { copy: true })
  const theirs = await kim.upload({ project: readable }, 'kept.txt', 'x')
  const move = (body: unknown, file = id, who = kim) => who.post(`/files/${file}/actions/move`, body)
  expect(
    await codes(
      move({}),
      move({ parent: elsewhere }),
      move({ parent: NOBODY }),
      move({ parent: id }),
      move({ parent: inner }),
      move({ parent: inner, name: '..' }),
      move({ parent: elsewhere }, inner),
      move({ parent: inner }, NOBODY),
      move({ project: readable }, theirs, lee),
    ),
  ).toEqual([
    [400, 5029],
    [400, 5015],
    [404, 5026],
    [400, 5022],
    [409, 5003],
    [400, 5024],
    [400, 5033],
    [404, 5002],
    [403, 5032],
  ])
})

test('many files are copied to a project, under free names; the answer has an entry for each and nothing else', async () => {
  const target = await kim.project('Target')
  const first = await kim.upload({ project }, 'many.txt', '1')
  const second = await kim.upload({ project: other }, 'many.txt', '2')
  const inner = await folder('many')
  const { status, headers, body } = await kim.post('/action/files/copy', {
    project: target,
    file_ids: [first, second, first, inner, NOBODY, ''],
  })
  expect(status).toBe(200)
  expect(headers['x-total-matching-query']).toBeUndefined()
  const listed = (await kim.get(`/files?project=${target}`)).body.items
  expect(listed.map(file => file.name)).toEqual(['many.txt', '_1_many.txt'])
  expect(body).toEqual({
    [first]: { status: 'OK', new_file_id: listed[0]!.id, new_file_name: 'many.txt' },
    [second]: { status: 'OK', new_file_id: listed[1]!.id, new_file_name: '_1_many.txt' },
    [inner]: { status: 'FAILED', message: expect.stringContaining('folder') },
    [NOBODY]: { status: 'FAILED', message: expect.stringContaining('No such file') },
    '': { status: 'FAILED', message: expect.stringContaining('empty') },
  })
  expect(
    await codes(
      kim.post('/action/files/copy', { project: target }),
      kim.post('/action/files/copy', { file_ids: [first] }),
      kim.post('/action/files/copy', { project: 'kim/nope', file_ids: [first] }),
      kim.post('/action/files/copy', { project: target, file_ids: Array.from({ length: 101 }, (_, n) => String(n)) }),
    ),
  ).toEqual([
    [400, 5033],
    [400, 5029],
    [404, 3002],
    [400, 5033],
  ])
})

test('paths have ids, or null', async () => {
  const inner = await folder('by path')
  const file = await kim.upload({ parent: inner }, 'found.txt', 'x')
  const root = (await kim.get(`/projects/${project}`)).body.root_folder
  const paths = [`${project}/by path/found.txt`, `/${project}/by path`, project, `${project}/nope/x`, 'kim/nope/x']
  expect((await kim.post('/action/files/get_ids', paths)).body).toEqual([file, inner, root, null, null])
  expect((await lee.post('/action/files/get_ids', paths)).body).toEqual([null, null, null, null, null])
  expect(
    await codes(
      kim.post('/action/files/get_ids', []),
      kim.post('/action/files/get_ids', [file]),
      kim.post('/action/files/get_ids', [7]),
    ),
  ).toEqual([
    [400, 10234],
    [400, 10233],
    [400, 10232],
  ])
})
