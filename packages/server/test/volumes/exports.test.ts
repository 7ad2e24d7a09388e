import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, codes, type Json, send, startApi } from '../support/api.ts'
import { AllowedFolder } from '../support/folder.ts'
import { ended, exported, imported } from '../support/transfers.ts'

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
  project = await kim.project('Exports')
})
afterAll(async () => {
  await api.close()
  await allowed.remove()
})

const LARGE = 'x'.repeat(100_000)
const content = async (id: string) => (await send((await kim.get(`/files/${id}/download_info`)).body.url)).text
let count = 0
const upload = (data = 'some bytes') => kim.upload({ project }, `file-${++count}.txt`, data)
const holders = async (holder: string) =>
  (await api.database.read.selectFrom('holders').selectAll().where('holder', 'like', `${holder}%`).execute()).length

test.each([
  ['a small file', 'some bytes'],
  ['a large file', LARGE],
  ['an empty file', ''],
])('%s that is exported becomes an alias, and the bytes here are let go', async (_, data) => {
  const { id: volume, path } = await allowed.volume(kim)
  const file = await upload(data)
  const before = (await kim.get(`/files/${file}`)).body
  const row = () =>
    api.database.read
      .selectFrom('files')
      .innerJoin('contents', 'contents.id', 'files.content')
      .selectAll('contents')
      .where('files.id', '=', file)
      .executeTakeFirstOrThrow()
  const stored = await row()
  const started = await kim.post('/storage/exports', {
    source: { file },
    destination: { volume, location: 'out/deep/file.txt' },
    properties: null,
  })
  expect(started.status).toBe(201)
  expect(started.body).toEqual({
    href: `${api.base}/storage/exports/${started.body.id}`,
    id: expect.stringMatching(/^\w{32}$/),
    state: 'PENDING',
    overwrite: false,
    source: { file },
    destination: { volume, location: 'out/deep/file.txt' },
    properties: {},
  })
  const job = await ended(kim, started.body.href)
  expect(job).toMatchObject({ state: 'COMPLETED', result: { id: file } })
  expect(await readFile(join(path, 'out/deep/file.txt'), 'utf8')).toBe(data)
  expect(await readdir(join(path, 'out/deep'))).toEqual(['file.txt'])
  const after = (await kim.get(`/files/${file}`)).body
  expect(after).toEqual({
    ...before,
    modified_on: expect.any(String),
    storage: { type: 'VOLUME', volume, location: 'out/deep/file.txt' },
  })
  expect(await content(file)).toBe(data)
  const lying = await row()
  expect(lying).toMatchObject({ volume, size: data.length, bytes: null })
  if (stored.sha256) expect(lying.sha256).toBe(stored.sha256)
  expect(await api.database.read.selectFrom('holders').selectAll().where('content', '=', stored.id).execute()).toEqual(
    [],
  )
  expect(await holders('transfer:')).toBe(0)
})

test('with copy_only the file stays as it is', async () => {
  const { id: volume, path } = await allowed.volume(kim)
  const file = await upload()
  const before = (await kim.get(`/files/${file}`)).body
  const body = { source: { file }, destination: { volume, location: 'copy.txt' } }
  expect((await exported(kim, body, '?copy_only=True')).state).toBe('COMPLETED')
  expect(await readFile(join(path, 'copy.txt'), 'utf8')).toBe('some bytes')
  expect((await kim.get(`/files/${file}`)).body).toEqual(before)
  await kim.delete(`/files/${file}`)
  expect((await kim.get('/storage/exports?limit=100')).body.items.at(-1)!.result).toBeUndefined()
})

test('what is there is replaced only when body or query says so', async () => {
  const { id: volume, path } = await allowed.volume(kim, { 'a.txt': 'before', 'folder/b.txt': 'x' })
  const destination = { volume, location: 'a.txt' }
  const [one, two] = [await upload('one'), await upload('two')]
  const refused = await exported(kim, { source: { file: one }, destination })
  expect(refused).toMatchObject({ state: 'FAILED', error: { status: 409, code: 9107 } })
  expect(await readFile(join(path, 'a.txt'), 'utf8')).toBe('before')
  expect((await kim.get(`/files/${one}`)).body).toMatchObject({ storage: { type: 'PLATFORM' } })
  expect((await exported(kim, { source: { file: one }, destination, overwrite: true })).state).toBe('COMPLETED')
  expect(await readFile(join(path, 'a.txt'), 'utf8')).toBe('one')
  expect((await exported(kim, { source: { file: two }, destination }, '?overwrite=true')).state).toBe('COMPLETED')
  expect(await readFile(join(path, 'a.txt'), 'utf8')).toBe('two')
  const three = await upload('three')
  const onto = async (location: string, overwrite: boolean) => {
    const job = await exported(kim, { source: { file: three }, destination: { volume, location }, overwrite })
    return (job.error as { code: number } | undefined)?.code
  }
  expect(await onto('folder', true)).toBe(9107)
  expect(await onto('a.txt/below', true)).toBe(9107)
  expect(await readdir(path)).toEqual(['a.txt', 'folder'])
})

test('nothing is written outside of the folder', async () => {
  const { id: volume, path } = await allowed.volume(kim)
  const outside = join(allowed.path, 'outside')
  await mkdir(outside)
  await symlink(outside, join(path, 'link'))
  await writeFile(join(outside, 'there.txt'), 'theirs')
  await symlink(join(outside, 'there.txt'), join(path, 'file-link.txt'))
  const file = await upload()
  const fail = async (location: string) => {
    const job = await exported(kim, { source: { file }, destination: { volume, location }, overwrite: true })
    return (job.error as { code: number } | undefined)?.code
  }
  expect(await fail('link/x.txt')).toBe(9103)
  expect(await fail('../x.txt')).toBe(9103)
  expect(await fail('a//x.txt')).toBe(9103)
  expect(await readdir(outside)).toEqual(['there.txt'])
  // a link in the place of the file is replaced, not written through
  expect(await fail('file-link.txt')).toBeUndefined()
  expect(await readFile(join(outside, 'there.txt'), 'utf8')).toBe('theirs')
})

test('an export is accepted only when it can be meant', async () => {
  const { id: volume, href } = await allowed.volume(kim, { 'a.txt': 'x' })
  const readOnly = await allowed.volume(kim, {}, { access_mode: 'RO' })
  const asleep = await allowed.volume(kim)
  await kim.patch(asleep.href, { active: false })
  const file = await upload()
  const folder = (await kim.post('/files', { project, name: 'folder', type: 'folder' })).body.id
  const alias = (await imported(kim, { source: { volume, location: 'a.txt' }, destination: { project } }))
    .result as Json
  const theirs = await lee.project('Theirs')
  const hidden = await lee.upload({ project: theirs }, 'hidden', 'x')
  const shared = await lee.project('Shared')
  const readable = await lee.upload({ project: shared }, 'readable', 'x')
  const member = `/projects/${shared}/members`
  await lee.post(member, { username: 'kim' })
  const destination = { volume, location: 'out.txt' }
  const start = (body: object, query = '') => kim.post(`/storage/exports${query}`, body)
  const properties = (given: object) => start({ source: { file }, destination, properties: given })
  expect(
    await codes(
      start({ destination }),
      start({ source: { file }, destination: { location: 'x' } }),
      start({ source: { file }, destination: { volume } }),
      start({ source: { file }, destination: { volume, location: 'folder/' } }),
      start({ source: { file }, destination: { volume: 'kim/none', location: 'x' } }),
      start({ source: { file }, destination: { volume: readOnly.id, location: 'x' } }),
      start({ source: { file }, destination: { volume: asleep.id, location: 'x' } }),
      start({ source: { file: 'none' }, destination }),
      start({ source: { file: hidden }, destination }),
      start({ source: { file: readable }, destination }),
      start({ source: { file: readable }, destination }, '?copy_only=true'),
      start({ source: { file: folder }, destination }),
      start({ source: { file: alias.id }, destination }),
      properties({ aws_canned_acl: 'all' }),
      properties({ sse_algorithm: 'none' }),
      properties({ aws_storage_class: 'none' }),
      lee.post('/storage/exports', { source: { file: hidden }, destination }),
      kim.get('/storage/exports/none'),
    ),
  ).toEqual([
    [400, 9011],
    [400, 9011],
    [400, 9011],
    [400, 9018],
    [404, 9007],
    [400, 9026],
    [400, 9103],
    [404, 9009],
    [404, 9009],
    [403, 9004],
    [403, 9004],
    [400, 9006],
    [400, 9006],
    [400, 9022],
    [400, 9023],
    [400, 9024],
    [404, 9007],
    [404, 9008],
  ])
  await lee.patch(`${member}/kim/permissions`, { copy: true })
  expect(await codes(start({ source: { file: readable }, destination }))).toEqual([[403, 9004]])
  expect((await exported(kim, { source: { file: readable }, destination }, '?copy_only=true')).state).toBe('COMPLETED')
  await kim.post(`${href}/members`, { username: 'lee', permissions: { copy: true } })
  expect(await codes(lee.post('/storage/exports', { source: { file: hidden }, destination }))).toEqual([[403, 9020]])
})

test('many exports are started and read by one call; lists go by volume and state', async () => {
  const { id: volume, path } = await allowed.volume(kim, { 'b.txt': 'taken' })
  const item = async (location: string) => ({ source: { file: await upload() }, destination: { volume, location } })
  const items = [
    await item('a.txt'),
    { source: { file: 'none' }, destination: { volume, location: 'x' } },
    await item('b.txt'),
  ]
  const answer = await kim.post('/bulk/storage/exports/create?copy_only=False', { items })
  const [first, second, third] = answer.body.items as unknown as { resource: Json; error: Json }[]
  expect(second!.error).toMatchObject({ status: 404, code: 9009 })
  expect((await ended(kim, first!.resource.href)).state).toBe('COMPLETED')
  expect((await ended(kim, third!.resource.href)).state).toBe('FAILED')
  const ids = [third!.resource.id, 'none']
  expect((await kim.post('/bulk/storage/exports/get', { export_ids: ids })).body.items).toMatchObject([
    { resource: { id: third!.resource.id, error: { code: 9107 } } },
    { error: { code: 9008 } },
  ])
  const list = (query: string) => kim.get(`/storage/exports?volume=${volume}&${query}`)
  expect((await list('')).body.items.map(({ id }) => id)).toEqual([first!.resource.id, third!.resource.id])
  expect((await list('state=COMPLETED')).body.items.map(({ id }) => id)).toEqual([first!.resource.id])
  expect(await readdir(path)).toEqual(['a.txt', 'b.txt'])
})
