import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, send, startApi } from '../support/api.ts'

let api: Api
let kim: Client
let lee: Client
let project: string

beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim')
  lee = await api.user('lee')
  project = await kim.project('Files')
})
afterAll(() => api.close())

async function folder(name: string, place: object = { project }): Promise<string> {
  return (await kim.post('/files', { ...place, name, type: 'FOLDER' })).body.id!
}

test('a file shows what it is', async () => {
  const id = await kim.upload({ project }, 'shown.bam', 'hello')
  const { body, headers } = await kim.get(`/files/${id}`)
  expect(headers['x-total-matching-query']).toBeUndefined()
  expect(body).toMatchObject({
    href: `${api.base}/files/${id}`,
    id,
    name: 'shown.bam',
    project,
    type: 'file',
    size: 5,
    storage: { type: 'PLATFORM' },
    origin: {},
    tags: [],
    metadata: {},
  })
  const root = (await kim.get(`/projects/${project}`)).body.root_folder
  expect(body.parent).toBe(root)
})

test('folders nest, are listed one level at a time, and have neither size nor storage', async () => {
  const outer = await folder('outer')
  const inner = await folder('inner one', { parent: outer })
  const file = await kim.upload({ parent: inner }, 'deep.txt', 'x')
  const names = async (path: string) => (await kim.get(path)).body.items.map(item => item.name)
  expect(await names(`/files/${outer}/list`)).toEqual(['inner one'])
  expect(await names(`/files?parent=${inner}`)).toEqual(['deep.txt'])
  expect(await names(`/files?project=${project}&name=outer`)).toEqual(['outer'])
  expect(await names(`/projects/${project}/files?name=outer&parent=ignored`)).toEqual(['outer'])
  const { body } = await kim.get(`/files/${inner}`)
  expect(body).toMatchObject({ type: 'folder', parent: outer })
  expect(Object.keys(body)).not.toContain('size')
  expect((await kim.get(`/files/${file}/list`)).body.code).toBe(5022)
  expect((await kim.delete(`/files/${outer}`)).body.code).toBe(5021)
  expect((await kim.delete(`/files/${file}`)).status).toBe(204)
  expect((await kim.delete(`/files/${file}`)).body.code).toBe(5002)
  expect((await kim.delete(`/files/${inner}`)).status).toBe(204)
})

test.each([
  [{ name: 'x', type: 'file' }, 400, 5012],
  [{ name: 'x' }, 400, 5012],
  [{ name: 'a/b', type: 'folder' }, 400, 5024],
  [{ name: '..', type: 'folder' }, 400, 5024],
  [{ name: '__x', type: 'folder' }, 400, 5024],
  [{ type: 'folder' }, 400, 5024],
  [{ name: 'x', type: 'folder', project: null }, 400, 5029],
  [{ name: 'x', type: 'folder', parent: '0123456789abcdef01234567' }, 400, 5031],
  [{ name: 'x', type: 'folder', project: 'nope' }, 400, 5005],
  [{ name: 7, type: 'folder' }, 400, 5033],
])('making a folder with %j is %i with code %i', async (body, status, code) => {
  const answer = await kim.post('/files', { project, ...body })
  expect([answer.status, answer.body.code]).toEqual([status, code])
})

test('a folder in a folder that there is not is 404, in a file 400, with a taken name 409', async () => {
  const missing = await kim.post('/files', { parent: '0123456789abcdef01234567', name: 'x', type: 'folder' })
  expect([missing.status, missing.body.code]).toEqual([404, 5026])
  const file = await kim.upload({ project }, 'plain.txt', 'x')
  expect((await kim.post('/files', { parent: file, name: 'x', type: 'folder' })).body.code).toBe(5022)
  await folder('taken')
  const taken = await kim.post('/files', { project, name: 'taken', type: 'folder' })
  expect([taken.status, taken.body.code]).toEqual([409, 5030])
})

test('the root folder of a project stays', async () => {
  const root = (await kim.get(`/projects/${project}`)).body.root_folder
  expect((await kim.delete(`/files/${root}`)).body.code).toBe(5021)
})

test('a list needs one of project and parent', async () => {
  expect((await kim.get('/files')).body.code).toBe(5029)
  expect((await kim.get(`/files?project=${project}&parent=x`)).body.code).toBe(5031)
  expect((await kim.get('/files?project=nope')).body.code).toBe(5005)
  expect((await kim.get('/files?parent=0123456789abcdef01234567')).body.code).toBe(5026)
})

test('a rename keeps the id; a bad name is 5024, a taken one 409', async () => {
  const id = await kim.upload({ project }, 'before.txt', 'x')
  await kim.upload({ project }, 'other.txt', 'x')
  expect((await kim.patch(`/files/${id}`, { name: 'after.txt' })).body).toMatchObject({ id, name: 'after.txt' })
  for (const name of ['', 'a/b', '.', 'a\u0001b', 'x'.repeat(256)]) {
    expect((await kim.patch(`/files/${id}`, { name })).body.code, name).toBe(5024)
  }
  const taken = await kim.patch(`/files/${id}`, { name: 'other.txt' })
  expect([taken.status, taken.body.code]).toEqual([409, 5003])
})

test('metadata are merged by PATCH, replaced by PUT and by an edit of the file', async () => {
  const id = await kim.upload({ project }, 'meta.txt', 'x')
  const first = await kim.patch(`/files/${id}/metadata`, { sample_id: 'S1', cohort: 2, gone: null })
  expect(first.body).toEqual({ sample_id: 'S1', cohort: '2' })
  expect(first.headers['x-total-matching-query']).toBeUndefined()
  expect((await kim.patch(`/files/${id}/metadata`, { cohort: null, x: 'y' })).body).toEqual({ sample_id: 'S1', x: 'y' })
  expect((await kim.put(`/files/${id}/metadata`, { only: 'this' })).body).toEqual({ only: 'this' })
  expect((await kim.get(`/files/${id}/metadata?fields=_all`)).body).toEqual({ only: 'this' })
  expect((await kim.patch(`/files/${id}`, { metadata: { all: 'new' } })).body.metadata).toEqual({ all: 'new' })
})

test.each([
  [{ key: { nested: 1 } }, 5006],
  [{ ['k'.repeat(101)]: 'v' }, 5006],
  [{ key: 'é'.repeat(151) }, 5006],
  [{ '': 'v' }, 5035],
  [Object.fromEntries(Array.from({ length: 1001 }, (_, n) => [`k${n}`, 'v'])), 5006],
  [[], 5006],
])('metadata %# out of bounds are refused', async (metadata, code) => {
  const id = await kim.upload({ project }, `bounds-${Math.random()}`, 'x')
  expect((await kim.put(`/files/${id}/metadata`, metadata)).body.code).toBe(code)
})

test('tags are replaced by a bare list or a wrapped one, and answered as a list', async () => {
  const id = await kim.upload({ project }, 'tags.txt', 'x')
  expect((await kim.put(`/files/${id}/tags`, ['wgs', 'hg38'])).body).toEqual(['wgs', 'hg38'])
  expect((await kim.put(`/files/${id}/tags`, { tags: ['one'] })).body).toEqual(['one'])
  expect((await kim.put(`/files/${id}/tags`, { tags: 'bare' })).body).toEqual(['bare'])
  expect((await kim.put(`/files/${id}/tags`, [{}])).body.code).toBe(5011)
})

test('a folder has no details, metadata or tags to edit', async () => {
  const id = await folder('fixed')
  expect((await kim.patch(`/files/${id}`, { name: 'x' })).body.code).toBe(5023)
  expect((await kim.patch(`/files/${id}/metadata`, { a: 'b' })).body.code).toBe(5025)
  expect((await kim.put(`/files/${id}/tags`, ['a'])).body.code).toBe(5027)
  expect((await kim.get(`/files/${id}/download_info`)).body.code).toBe(5017)
})

test('filters: a repeated one is any of, different ones are all of', async () => {
  const place = { parent: await folder('filters') }
  const a = await kim.upload(place, 'a.txt', 'x')
  const b = await kim.upload(place, 'b.txt', 'x')
  const c = await kim.upload(place, 'c.txt', 'x')
  await kim.patch(`/files/${a}`, { metadata: { sample: 'S1', lane: '1' }, tags: ['red'] })
  await kim.patch(`/files/${b}`, { metadata: { sample: 'S1', lane: '2' }, tags: ['red', 'blue'] })
  await kim.patch(`/files/${c}`, { metadata: { sample: 'S2', lane: '1' } })
  await api.database.write(tx => tx.updateTable('file_rows').set({ origin_task: 't1' }).where('id', '=', c).execute())
  const found = async (filter: string) => {
    const answer = await kim.get(`/files?parent=${place.parent}&${filter}`)
    expect(answer.headers['x-total-matching-query']).toBe(String(answer.body.items.length))
    return answer.body.items.map(item => item.name)
  }
  expect(await found('name=a.txt&name=c.txt')).toEqual(['a.txt', 'c.txt'])
  expect(await found('name=')).toEqual([])
  expect(await found('metadata.sample=S1')).toEqual(['a.txt', 'b.txt'])
  expect(await found('metadata.sample=S1&metadata.lane=1')).toEqual(['a.txt'])
  expect(await found('metadata.lane=1&metadata.lane=2')).toEqual(['a.txt', 'b.txt', 'c.txt'])
  expect(await found('metadata.Sample=S1')).toEqual([])
  expect(await found('tag=blue')).toEqual(['b.txt'])
  expect(await found('tag=blue&tag=red')).toEqual(['a.txt', 'b.txt'])
  expect(await found('origin.task=t1')).toEqual(['c.txt'])
})

test("another user's file is 404 for every call", async () => {
  const id = await kim.upload({ project }, 'secret.txt', 'x')
  for (const call of [
    lee.get(`/files/${id}`),
    lee.patch(`/files/${id}`, { name: 'mine' }),
    lee.delete(`/files/${id}`),
    lee.get(`/files/${id}/metadata`),
    lee.patch(`/files/${id}/metadata`, {}),
    lee.put(`/files/${id}/tags`, []),
    lee.get(`/files/${id}/download_info`),
    lee.get(`/files/${id}/list`),
  ]) {
    const answer = await call
    expect([answer.status, answer.body.code]).toEqual([404, 5002])
  }
})

const BYTES = Buffer.from(Array.from({ length: 100_000 }, (_, n) => n % 251))

async function address(name: string, bytes: Buffer = BYTES): Promise<string> {
  const id = await kim.upload({ project }, name, bytes)
  return (await kim.get(`/files/${id}/download_info`)).body.url!
}

test('a download needs no token, has its length and is never compressed', async () => {
  const url = await address('whole.bin')
  expect(url).not.toContain(kim.token)
  const answer = await send(url, { headers: { 'Accept-Encoding': 'gzip, deflate' } })
  expect(answer.status).toBe(200)
  expect(answer.headers).toMatchObject({ 'content-length': '100000', 'accept-ranges': 'bytes' })
  expect(answer.headers['content-encoding']).toBeUndefined()
  expect(answer.headers['transfer-encoding']).toBeUndefined()
  expect(answer.bytes.equals(BYTES)).toBe(true)
  const head = await send(url, { method: 'HEAD' })
  expect([head.status, head.headers['content-length'], head.bytes.length]).toEqual([200, '100000', 0])
})

test.each([
  ['bytes=0-9', 0, 10],
  ['bytes=99990-150000', 99990, 100_000],
  ['bytes=50000-', 50_000, 100_000],
  ['bytes=-10', 99_990, 100_000],
  ['bytes=-200000', 0, 100_000],
  ['bytes=0-99999', 0, 100_000],
])('the range %s is 206 with the bytes from %i to %i', async (range, start, end) => {
  const url = await address(`range-${range}`)
  const answer = await send(url, { headers: { Range: range } })
  expect(answer.status).toBe(206)
  expect(answer.headers['content-range']).toBe(`bytes ${start}-${end - 1}/100000`)
  expect(answer.headers['content-length']).toBe(String(end - start))
  expect(answer.bytes.equals(BYTES.subarray(start, end))).toBe(true)
})

test('a download that its client breaks off harms nothing', async () => {
  const bytes = Buffer.alloc(8 * 2 ** 20, 1)
  const url = await address('broken-off.bin', bytes)
  for (let n = 0; n < 5; n++) {
    await new Promise<void>((resolve, reject) => {
      const call = request(url, { agent: false }, answer => answer.once('data', () => call.destroy()))
      call.on('close', resolve)
      call.on('error', reject)
      call.end()
    })
  }
  expect((await send(url)).bytes.length).toBe(bytes.length)
})

test('a file whose bytes are gone is 404 with an error body', async () => {
  const url = await address('lost.bin')
  const id = /[0-9a-f]{24}/.exec(url)![0]
  await api.database.write(tx => tx.updateTable('file_rows').set({ content: 'none' }).where('id', '=', id).execute())
  const answer = await send(url)
  expect([answer.status, answer.body.code]).toEqual([404, 5002])
})

test('a range behind the end is 416; what is no range is the whole file', async () => {
  const url = await address('ranges.bin')
  const beyond = await send(url, { headers: { Range: 'bytes=100000-' } })
  expect([beyond.status, beyond.headers['content-range']]).toEqual([416, 'bytes */100000'])
  for (const range of ['bytes=5-2', 'bytes=0-1,4-5', 'lines=1-2', 'bytes=-', 'bytes=x-y']) {
    expect((await send(url, { headers: { Range: range } })).status, range).toBe(200)
  }
})

test('an empty file is downloaded as such, with or without a range', async () => {
  const url = await address('empty.bin', Buffer.alloc(0))
  for (const headers of [{}, { Range: 'bytes=0-99' }]) {
    const answer = await send(url, { headers: headers as { [name: string]: string } })
    expect([answer.status, answer.headers['content-length'], answer.text]).toEqual([200, '0', ''])
  }
})

test('a name can not break out of the header that carries it', async () => {
  const answer = await send(await address('a"b\\c\'é;日.txt'))
  expect(answer.headers['content-disposition']).toBe(
    `attachment; filename="a_b_c'_;_.txt"; filename*=UTF-8''a%22b%5Cc%27%C3%A9%3B%E6%97%A5.txt`,
  )
})

test('a signed address is for its file, its method and its user alone', async () => {
  const url = new URL(await address('signed.txt'))
  const other = await kim.upload({ project }, 'unsigned.txt', 'x')
  const changed = (change: (url: URL) => void) => {
    const copy = new URL(url)
    change(copy)
    return send(copy.href)
  }
  for (const answer of await Promise.all([
    changed(copy => (copy.pathname = copy.pathname.replace(/[0-9a-f]{24}/, other))),
    changed(copy => copy.searchParams.set('user', 'lee')),
    changed(copy => copy.searchParams.set('expires', '9999999999')),
    changed(copy => copy.searchParams.set('signature', 'x')),
    changed(copy => copy.searchParams.delete('signature')),
  ])) {
    expect([answer.status, answer.body.code]).toEqual([403, 90002])
  }
  expect((await send(url.href, { method: 'PUT', raw: 'x' })).status).toBe(405)
})

test('a signed address ends when its user loses the right', async () => {
  const max = await api.user('max')
  const shared = await kim.project('Lent')
  const right = { project: shared, username: 'max', read: 1, copy: 1, write: 0, execute: 0, admin: 0 }
  await api.database.write(tx => tx.insertInto('members').values(right).execute())
  const id = await kim.upload({ project: shared }, 'lent.txt', 'x')
  const { url } = (await max.get(`/files/${id}/download_info`)).body
  expect((await send(url)).text).toBe('x')
  await api.database.write(tx => tx.deleteFrom('members').where('username', '=', 'max').execute())
  expect((await send(url)).status).toBe(404)
})
