import { createHash } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, type Client, codes, type Json, send, startApi } from '../support/api.ts'
import { AllowedFolder } from '../support/folder.ts'
import { ended, imported } from '../support/transfers.ts'

let api: Api
let kim: Client
let lee: Client
let allowed: AllowedFolder
let project: string

beforeAll(async () => {
  allowed = await AllowedFolder.make()
  api = await startApi({}, { allowPaths: [allowed.path] })
  kim = await api.user('kim')
  lee = await api.user('lee')
  project = await kim.project('Imports')
})
afterAll(async () => {
  await api.close()
  await allowed.remove()
})

const content = async (id: string) => (await send((await kim.get(`/files/${id}/download_info`)).body.url)).text
const names = async (parent: string) =>
  (await kim.get(`/files/${parent}/list`)).body.items.map(item => item.name).sort()
let count = 0
const folder = async () => (await kim.post('/files', { project, name: `folder-${++count}`, type: 'folder' })).body.id

test('what is copied from a volume for a job has its hash when it is there, and is fetched once', async () => {
  const bytes = Buffer.alloc(300_000, 'hashed')
  const { id: volume, path } = await allowed.volume(kim, { 'a.bin': bytes })
  const { result } = await imported(kim, { source: { volume, location: 'a.bin' }, destination: { project } })
  const file = result as Json
  const { read } = api.database
  const row = () =>
    read
      .selectFrom('contents')
      .innerJoin('files', 'files.content', 'contents.id')
      .selectAll('contents')
      .where('files.id', '=', file.id)
      .executeTakeFirstOrThrow()
  const { id, sha256 } = await row()
  expect(sha256).toBeNull()
  await api.contents.materialise(id)
  await rm(join(path, 'a.bin'))
  const hash = createHash('sha256').update(bytes).digest('hex')
  expect((await row()).sha256).toBe(hash)
  expect(await api.contents.sha256(id)).toBe(hash)
})

describe('a file that is imported', () => {
  test('becomes an alias: its bytes stay where they are and are read through it', async () => {
    const { id: volume, path } = await allowed.volume(kim, { 'run1/a.txt': 'some bytes' })
    const started = await kim.post('/storage/imports', {
      source: { volume, location: 'run1/a.txt' },
      destination: { project, parent: null, name: null },
      overwrite: 'False',
      autorename: null,
    })
    expect(started.status).toBe(201)
    expect(started.body).toMatchObject({
      href: `${api.base}/storage/imports/${started.body.id}`,
      id: expect.stringMatching(/^\w{32}$/),
      state: 'PENDING',
      overwrite: false,
      autorename: false,
      preserve_folder_structure: true,
      source: { volume, location: 'run1/a.txt' },
      destination: { project, name: 'a.txt' },
    })
    const job = await ended(kim, started.body.href)
    const file = job.result as Json
    expect(job).toEqual({
      ...started.body,
      state: 'COMPLETED',
      started_on: expect.stringMatching(/Z$/),
      finished_on: expect.stringMatching(/Z$/),
      result: expect.objectContaining({ name: 'a.txt', project, size: 10, type: 'file' }),
    })
    expect(file.storage).toEqual({ type: 'VOLUME', volume, location: 'run1/a.txt' })
    expect((await kim.get(`/files/${file.id}`)).body).toEqual(file)
    const listed = (await kim.get(`/files?project=${project}&fields=_all`)).body.items
    expect(listed.find(item => item.id === file.id)!.storage).toEqual(file.storage)
    const { url } = (await kim.get(`/files/${file.id}/download_info`)).body
    expect((await send(url)).text).toBe('some bytes')
    const part = await send(url, { headers: { Range: 'bytes=5-100' } })
    expect([part.status, part.text, part.headers['content-range']]).toEqual([206, 'bytes', 'bytes 5-9/10'])

    const row = await api.database.read
      .selectFrom('files')
      .select('content')
      .where('id', '=', file.id)
      .executeTakeFirstOrThrow()
    expect(await api.contents.sha256(row.content!)).toBe(createHash('sha256').update('some bytes').digest('hex'))

    const copy = await kim.post(`/files/${file.id}/actions/copy`, { parent: await folder() })
    expect(copy.body.storage).toEqual(file.storage)
    expect(await content(copy.body.id)).toBe('some bytes')

    await kim.delete(`/files/${file.id}`)
    await kim.delete(`/files/${copy.body.id}`)
    expect((await kim.get(started.body.href)).body.result).toBeUndefined()
    await writeFile(join(path, 'run1/a.txt'), 'still there', { flag: 'r+' })
  })

  test('that changed or went away is not given as what it was', async () => {
    const { id: volume, path } = await allowed.volume(kim, { 'changes.txt': 'before', 'goes.txt': 'x' })
    const destination = { project }
    const changes = (await imported(kim, { source: { volume, location: 'changes.txt' }, destination })).result as Json
    const goes = (await imported(kim, { source: { volume, location: 'goes.txt' }, destination })).result as Json
    await writeFile(join(path, 'changes.txt'), 'after!')
    await rm(join(path, 'goes.txt'))
    for (const { id } of [changes, goes]) {
      const answer = await send((await kim.get(`/files/${id}/download_info`)).body.url)
      expect([answer.status, answer.body.code]).toEqual([404, 9109])
    }
  })

  test('is not read while its volume is inactive, and keeps the volume from being deleted', async () => {
    const { id: volume, href } = await allowed.volume(kim, { 'a.txt': 'x' })
    const body = { source: { volume, location: 'a.txt' }, destination: { project, name: 'alias.txt' } }
    const { id } = (await imported(kim, body)).result as Json
    const { url } = (await kim.get(`/files/${id}/download_info`)).body
    await kim.patch(href, { active: false })
    expect(await codes(kim.get(`/files/${id}/download_info`), send(url), kim.delete(href))).toEqual([
      [400, 5034],
      [400, 5034],
      [409, 90007],
    ])
    expect((await kim.post('/storage/imports', body)).body.code).toBe(9103)
    await kim.delete(`/files/${id}`)
    expect((await kim.delete(href)).status).toBe(204)
  })

  test('meets a name that is taken: refused, replaced, or renamed, as it says', async () => {
    const { id: volume } = await allowed.volume(kim, { 'a.txt': 'new' })
    const parent = await folder()
    const before = await kim.upload({ parent }, 'a.txt', 'old')
    const body = { source: { volume, location: 'a.txt' }, destination: { parent } }
    expect(await imported(kim, body)).toMatchObject({ state: 'FAILED', error: { status: 409, code: 9108 } })
    const renamed = (await imported(kim, { ...body, autorename: true })).result as Json
    expect(renamed).toMatchObject({ name: '_1_a.txt', parent })
    const replaced = (await imported(kim, { ...body, overwrite: 'True' })).result as Json
    expect(await content(replaced.id)).toBe('new')
    expect(await codes(kim.get(`/files/${before}`))).toEqual([[404, 5002]])
    expect(await names(parent)).toEqual(['_1_a.txt', 'a.txt'])
  })
})

describe('a folder that is imported', () => {
  const files = { 'run/a.txt': 'one', 'run/deep/b.txt': 'two', 'run/deep/er/c.txt': 'three', 'other/a.txt': 'x' }

  test('keeps its structure', async () => {
    const { id: volume } = await allowed.volume(kim, files)
    const parent = await folder()
    const job = await imported(kim, { source: { volume, location: 'run/' }, destination: { parent } })
    const top = job.result as Json
    expect(top).toMatchObject({ name: 'run', type: 'folder', parent })
    expect(top.storage).toBeUndefined()
    expect(await names(top.id)).toEqual(['a.txt', 'deep'])
    const deep = (await kim.get(`/files/${top.id}/list`)).body.items.find(item => item.name === 'deep')!
    expect(await names(deep.id)).toEqual(['b.txt', 'er'])
    // once more into the same folders: their contents are in the way, not they themselves
    const again = { source: { volume, location: 'run/' }, destination: { parent } }
    expect(await imported(kim, again)).toMatchObject({ state: 'FAILED', error: { code: 9108 } })
    expect(await imported(kim, { ...again, autorename: true })).toMatchObject({ result: { id: top.id } })
    expect(await names(top.id)).toEqual(['_1_a.txt', 'a.txt', 'deep'])
    expect(await imported(kim, { ...again, overwrite: true })).toMatchObject({ result: { id: top.id } })
    expect(await names(deep.id)).toEqual(['_1_b.txt', 'b.txt', 'er'])
  })

  test('lands flat when it is told to', async () => {
    const { id: volume } = await allowed.volume(kim, files)
    const parent = await folder()
    const body = {
      source: { volume, location: 'run/' },
      destination: { parent },
      preserve_folder_structure: false,
    }
    expect((await imported(kim, body)).result).toMatchObject({ id: parent })
    expect(await names(parent)).toEqual(['a.txt', 'b.txt', 'c.txt'])
  })

  test('of many files comes whole', async () => {
    const many = Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`many/${n % 7}/${n}.txt`, String(n)]))
    const { id: volume } = await allowed.volume(kim, many)
    const top = (await imported(kim, { source: { volume, location: 'many/' }, destination: { project } }))
      .result as Json
    const folders = (await kim.get(`/files/${top.id}/list`)).body.items
    expect(folders).toHaveLength(7)
    const counts = await Promise.all(folders.map(async ({ id }) => (await names(id)).length))
    expect(counts.reduce((a, b) => a + b)).toBe(250)
  })
})

test('what is not there, or in the way, fails the job with a code that says so', async () => {
  const { id: volume } = await allowed.volume(kim, { 'a.txt': 'x', 'd/b.txt': 'x' })
  const parent = await folder()
  await kim.upload({ parent }, 'd', 'a file')
  const fail = async (location: string, more: object = {}) => {
    const job = await imported(kim, { source: { volume, location }, destination: { parent, ...more } })
    return [job.state, (job.error as unknown as Json | undefined)?.code]
  }
  expect(await fail('none.txt')).toEqual(['FAILED', 9105])
  expect(await fail('none/')).toEqual(['FAILED', 9105])
  expect(await fail('../a.txt')).toEqual(['FAILED', 9103])
  expect(await fail('d/')).toEqual(['FAILED', 9108])
  const job = await imported(kim, { source: { volume, location: 'none.txt' }, destination: { parent } })
  expect(job.error).toEqual({
    status: 404,
    code: 9105,
    message: expect.stringContaining('none.txt'),
    more_info: `${api.base}/errors/9105`,
  })
})

test('an import is accepted only when it can be meant', async () => {
  const { id: volume } = await allowed.volume(kim, { 'a.txt': 'x' })
  const theirs = await lee.project('Theirs')
  const shared = await lee.project('Shared')
  await lee.post(`/projects/${shared}/members`, { username: 'kim', permissions: { copy: true } })
  const file = await kim.upload({ project }, 'no-folder', 'x')
  const source = { volume, location: 'a.txt' }
  const start = (body: object) => kim.post('/storage/imports', body)
  expect(
    await codes(
      start({ source: { location: 'a.txt' }, destination: { project } }),
      start({ source: { volume }, destination: { project } }),
      start({ source: { volume: 'kim/none', location: 'a' }, destination: { project } }),
      start({ source }),
      start({ source, destination: { project, parent: file } }),
      start({ source, destination: { project: 'nonsense' } }),
      start({ source, destination: { project: theirs } }),
      start({ source, destination: { project: shared } }),
      start({ source, destination: { parent: file } }),
      start({ source, destination: { parent: 'none' } }),
      start({ source: { volume, location: '/' }, destination: { project } }),
      start({ source, destination: { project, name: 'a/b' } }),
      start({ source, destination: { project }, overwrite: true, autorename: true }),
      start({ source, destination: { project }, overwrite: 'perhaps' }),
      lee.post('/storage/imports', { source, destination: { project: theirs } }),
      kim.get('/storage/imports/none'),
    ),
  ).toEqual([
    [400, 9011],
    [400, 9011],
    [404, 9007],
    [400, 9011],
    [400, 9011],
    [400, 9011],
    [404, 9012],
    [403, 9003],
    [400, 9011],
    [404, 9009],
    [400, 9018],
    [400, 9018],
    [400, 9011],
    [400, 9011],
    [404, 9007],
    [404, 9008],
  ])
})

test('an import needs the right to copy from the volume, and is seen by who started it alone', async () => {
  const { id: volume, href } = await allowed.volume(kim, { 'a.txt': 'x' })
  const theirs = await lee.project('Lost')
  const members = `${href}/members`
  await kim.post(members, { username: 'lee' })
  const body = { source: { volume, location: 'a.txt' }, destination: { project: theirs } }
  expect((await lee.post('/storage/imports', body)).body.code).toBe(9020)
  await kim.patch(`${members}/lee/permissions`, { copy: true })
  const { href: job } = (await lee.post('/storage/imports', body)).body
  expect((await ended(lee, job)).state).toBe('COMPLETED')
  expect(await codes(kim.get(job))).toEqual([[404, 9008]])
})

test('lists are of one’s own, by volume, project and state', async () => {
  const { id: volume } = await allowed.volume(kim, { 'a.txt': 'x' })
  const other = await kim.project('Lists')
  const destination = { project: other }
  const good = await imported(kim, { source: { volume, location: 'a.txt' }, destination })
  const bad = await imported(kim, { source: { volume, location: 'none' }, destination })
  const ids = async (client: Client, query: string) =>
    (await client.get(`/storage/imports?${query}`)).body.items.map(item => item.id)
  expect(await ids(kim, `volume=${volume}`)).toEqual([good.id, bad.id])
  expect(await ids(kim, `project=${other}&state=failed`)).toEqual([bad.id])
  expect(await ids(kim, `project=${other}&state=FAILED&state=COMPLETED&limit=1&offset=1`)).toEqual([bad.id])
  expect(await ids(kim, 'volume=kim/none')).toEqual([])
  expect(await ids(lee, `volume=${volume}`)).toEqual([])
  expect((await kim.get('/storage/imports?state=DONE')).status).toBe(400)
})

test('many imports are started and read by one call, each with a record of its own', async () => {
  const { id: volume } = await allowed.volume(kim, { 'a.txt': 'x', 'b.txt': 'y' })
  const parent = await folder()
  const item = (location: string) => ({ source: { volume, location }, destination: { parent } })
  const items = [
    item('a.txt'),
    { source: { volume: 'kim/none', location: 'x' }, destination: { parent } },
    item('b.txt'),
  ]
  const answer = await kim.post('/bulk/storage/imports/create', { items })
  expect(answer.status).toBe(200)
  const [first, second, third] = answer.body.items as unknown as { resource: Json; error: Json }[]
  expect(second!.error).toMatchObject({ status: 404, code: 9007 })
  for (const { resource } of [first!, third!]) expect((await ended(kim, resource.href)).state).toBe('COMPLETED')
  const ids = [first!.resource.id, 'none', third!.resource.id]
  const read = (await kim.post('/bulk/storage/imports/get', { import_ids: ids })).body.items as unknown as Json[]
  expect(read).toMatchObject([
    { resource: { state: 'COMPLETED', result: { name: 'a.txt' } } },
    { error: { code: 9008 } },
    { resource: { result: { name: 'b.txt' } } },
  ])
  const tooMany = Array.from({ length: 101 }, () => item('a.txt'))
  expect(await codes(kim.post('/bulk/storage/imports/create', { items: tooMany }))).toEqual([[400, 9011]])
})
