import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { StreamSlots } from '../../src/pacing/stream-slots.ts'
import { DiskSpace } from '../../src/storage/disk-space.ts'
import { uploadFolders } from '../../src/uploads/folders.ts'
import { choosePartSize } from '../../src/uploads/layout.ts'
import { type Answer, type Api, type Client, send, startApi } from '../support/api.ts'

const SMALLEST = 5 * 2 ** 20

let api: Api
let kim: Client
let lee: Client
let project: string

beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim')
  lee = await api.user('lee')
  project = await kim.project('Uploads')
})
afterAll(() => api.close())

const begin = (body: object = {}, query = '') => kim.post(`/upload/multipart${query}`, { project, size: 3, ...body })
const complete = (upload: string, body?: unknown) => kim.post(`${upload}/complete`, body)

async function putPart(upload: string, number: number, bytes: Buffer): Promise<Answer> {
  const { url } = (await kim.get(`${upload}/part/${number}`)).body
  return send(url, { method: 'PUT', raw: bytes })
}

async function contentOf(file: string): Promise<Buffer> {
  return (await send((await kim.get(`/files/${file}/download_info`)).body.url)).bytes
}

const report = (number: number, etag: unknown, header = 'ETag') => ({
  part_number: number,
  response: { headers: { [header]: etag } },
})

test('an upload goes from its start over its parts to a file', async () => {
  const started = await begin({
    name: 'plain.txt',
    size: 5,
    part_size: SMALLEST,
    md5: 'd41d8cd98f00b204e9800998ecf8427e',
  })
  expect([200, 201]).toContain(started.status)
  const upload = started.body
  expect(upload).toMatchObject({ project, name: 'plain.txt', part_size: SMALLEST, parallel_uploads: true })
  expect(upload.href).toBe(`${api.base}/upload/multipart/${upload.upload_id}`)
  expect(upload.parent).toMatch(/^[0-9a-f]{24}$/)
  const part = (await kim.get(`${upload.href}/part/1?fields=_all`)).body
  expect(part).toMatchObject({
    method: 'PUT',
    headers: {},
    success_codes: [200],
    report: { headers: ['ETag'], success_codes: [200] },
  })
  expect(part.expires).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  expect(part.url).not.toContain(kim.token)
  const put = await send(part.url, { method: 'PUT', raw: 'hello', headers: { 'Content-Type': 'whatever' } })
  expect([put.status, put.headers.etag]).toEqual([200, '"5d41402abc4b2a76b9719d911017c592"'])
  const reported = await kim.post(`${upload.href}/part/`, report(1, '5d41402abc4b2a76b9719d911017c592'))
  expect([reported.status, reported.text]).toEqual([200, ''])
  const done = await complete(upload.href)
  expect(done.status).toBe(201)
  expect(done.body).toMatchObject({ name: 'plain.txt', project, parent: upload.parent, type: 'file', size: 5 })
  expect((await contentOf(done.body.id)).toString()).toBe('hello')
  for (const again of [complete(upload.href), kim.get(upload.href), kim.delete(upload.href)]) {
    const answer = await again
    expect([answer.status, answer.body.code]).toEqual([404, 8003])
  }
})

test('a token is not asked for, and not wanted, at the address of a part', async () => {
  const upload = (await begin({ name: 'free.txt' })).body
  const { url } = (await kim.get(`${upload.href}/part/1`)).body
  expect((await send(url, { method: 'PUT', raw: 'abc' })).status).toBe(200)
  const moved = new URL(url)
  moved.pathname = moved.pathname.replace(/1$/, '2')
  expect((await send(moved.href, { method: 'PUT', raw: 'abc' })).status).toBe(403)
  expect((await send(url)).status).toBe(405)
})

test('a client that waits for 100-continue gets it', async () => {
  const upload = (await begin({ name: 'expect.txt' })).body
  const { url } = (await kim.get(`${upload.href}/part/1`)).body
  const headers = { 'Content-Length': 3, Expect: '100-continue' }
  const status = await new Promise((resolve, reject) => {
    const call = request(url, { method: 'PUT', agent: false, headers })
    call.on('continue', () => call.end('abc'))
    call.on('response', answer => resolve(answer.resume().statusCode))
    call.on('error', reject)
  })
  expect(status).toBe(200)
})

test('ETags may be quoted, in any case of letters and of the header', async () => {
  const upload = (await begin({ name: 'quotes.txt' })).body
  const etag = String((await putPart(upload.href, 1, Buffer.from('abc'))).headers.etag)
  expect((await kim.post(`${upload.href}/part`, report(1, etag))).status).toBe(200)
  expect((await kim.post(`${upload.href}/part`, report(1, etag.toUpperCase(), 'etag'))).status).toBe(200)
  const list = await kim.post(upload.href, { parts: [report(1, etag)] })
  expect([list.status, list.text]).toEqual([200, ''])
  expect((await complete(upload.href, { parts: [report(1, etag)] })).status).toBe(201)
})

test.each([
  ['a wrong ETag', report(1, 'ffffffffffffffffffffffffffffffff'), 8014],
  ['an empty ETag', report(1, ''), 8014],
  ['a null ETag', report(1, null), 8014],
  ['no headers', { part_number: 1 }, 8014],
  ['a part that was not sent', report(2, 'x'), 8014],
  ['no part number', { response: {} }, 8014],
  ['the part number 0', report(0, 'x'), 8012],
  ['the part number 10001', report(10_001, 'x'), 8012],
  ['a list', [], 8014],
])('a report with %s is 400', async (_, body, code) => {
  const upload = (await begin({ name: 'reports.txt' })).body
  await putPart(upload.href, 1, Buffer.from('abc'))
  const answer = await kim.post(`${upload.href}/part`, body)
  expect([answer.status, answer.body.code]).toEqual([400, code])
})

test('parts that are no list are 8015', async () => {
  const upload = (await begin({ name: 'list.txt' })).body
  for (const body of [{}, { parts: 'x' }, { parts: 7 }]) {
    expect((await kim.post(upload.href, body)).body.code).toBe(8015)
  }
})

test('a number of a part that is none is 8012', async () => {
  const upload = (await begin({ name: 'numbers.txt' })).body
  for (const number of ['0', '10001', '-1', 'x', '1.5']) {
    expect((await kim.get(`${upload.href}/part/${number}`)).body.code).toBe(8012)
  }
})

test('completing is refused with a hole, an unreported part, no part, or another size', async () => {
  const hole = (await begin({ name: 'hole.txt', size: 9 })).body
  await kim.part(hole.href, 1, Buffer.from('abc'))
  await kim.part(hole.href, 3, Buffer.from('ghi'))
  const refused = await complete(hole.href)
  expect([refused.status, refused.body.code, refused.body.message]).toEqual([
    400,
    8007,
    expect.stringContaining('part 2 is missing'),
  ])
  const unreported = (await kim.get(`${hole.href}/part/2`)).body
  await send(unreported.url, { method: 'PUT', raw: 'def' })
  expect((await complete(hole.href)).body.message).toContain('part 2 was not reported')
  await kim.part(hole.href, 2, Buffer.from('de'))
  expect((await complete(hole.href)).body.message).toContain('8 bytes')
  await kim.part(hole.href, 2, Buffer.from('def'))
  const done = await complete(hole.href)
  expect((await contentOf(done.body.id)).toString()).toBe('abcdefghi')
  const none = (await begin({ name: 'none.txt', size: 1 })).body
  expect((await complete(none.href)).body.code).toBe(8007)
})

test('an empty file needs no part, or one without bytes', async () => {
  const java = (await begin({ name: 'empty-1', size: 0 })).body
  expect((await complete(java.href, {})).body).toMatchObject({ size: 0 })
  const python = (await begin({ name: 'empty-2', size: 0 })).body
  await kim.part(python.href, 1, Buffer.alloc(0))
  const done = await complete(python.href)
  expect([done.status, done.body.size]).toEqual([201, 0])
  expect((await contentOf(done.body.id)).length).toBe(0)
})

test('a part one byte over the size with an empty part behind it is taken as it is sent', async () => {
  const bytes = Buffer.alloc(2 * SMALLEST + 1, 7).fill('end', 2 * SMALLEST - 2)
  const upload = (await begin({ name: 'off-by-one', size: bytes.length, part_size: SMALLEST })).body
  await kim.part(upload.href, 3, bytes.subarray(bytes.length))
  await kim.part(upload.href, 2, bytes.subarray(SMALLEST))
  await kim.part(upload.href, 1, bytes.subarray(0, SMALLEST))
  const done = await complete(upload.href, null)
  expect((await contentOf(done.body.id)).equals(bytes)).toBe(true)
})

test('any sizes and orders of parts, each sent twice or once, give the same bytes', async () => {
  const size = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(SMALLEST - 1, SMALLEST, SMALLEST + 1))
  const part = fc.record({ size, order: fc.integer(), twice: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 250 }),
      async (parts, seed) => {
        const bytes = parts.map((each, n) => Buffer.alloc(each.size, seed + n))
        const whole = Buffer.concat(bytes)
        const upload = (await begin({ name: `any-${Math.random()}`, size: whole.length, part_size: SMALLEST })).body
        const order = parts.map((each, n) => ({ ...each, n })).sort((a, b) => a.order - b.order)
        for (const { n, twice } of order) {
          if (twice) await kim.part(upload.href, n + 1, Buffer.alloc(Math.min(SMALLEST + 9, whole.length), 1))
        }
        for (const { n } of order) await kim.part(upload.href, n + 1, bytes[n]!)
        const done = await complete(upload.href)
        expect([done.status, done.body.size]).toEqual([201, whole.length])
        const read = await contentOf(done.body.id)
        expect(read.equals(whole)).toBe(true)
      },
    ),
    { numRuns: 12 },
  )
})

test('the part size is the wanted one where that is allowed and enough', () => {
  const limits = { smallestPart: 5, largestPart: 50, defaultPart: 32, parts: 10 }
  expect(choosePartSize(10, 100, limits)).toBe(10)
  expect(choosePartSize(10, 101, limits)).toBe(32)
  expect(choosePartSize(4, 10, limits)).toBe(32)
  expect(choosePartSize(undefined, undefined, limits)).toBe(32)
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5 * 2 ** 40 }), fc.option(fc.integer()), (size, wanted) => {
      const real = { smallestPart: SMALLEST, largestPart: 5 * 2 ** 30, defaultPart: 32 * 2 ** 20, parts: 10_000 }
      const chosen = choosePartSize(wanted ?? undefined, size, real)
      expect(chosen).toBeGreaterThanOrEqual(SMALLEST)
      expect(chosen).toBeLessThanOrEqual(real.largestPart)
      expect(Math.ceil(size / chosen)).toBeLessThanOrEqual(10_000)
    }),
  )
})

test.each([
  [{ name: 'a/b' }, 400, 8013],
  [{ name: '' }, 400, 8013],
  [{ name: '..' }, 400, 8013],
  [{ name: 'x'.repeat(256) }, 400, 8013],
  [{}, 400, 8013],
  [{ name: 'x', size: -1 }, 400, 8013],
  [{ name: 'x', size: 'many' }, 400, 8013],
  [{ name: 'x', size: 5_497_558_138_881 }, 400, 8013],
  [{ name: 'x', project: 'nope' }, 400, 8010],
  [{ name: 'x', project: null }, 400, 8013],
  [{ name: 'x', parent: '0123456789abcdef01234567' }, 400, 8013],
  [{ name: 'x', project: null, parent: '0123456789abcdef01234567' }, 404, 8004],
  [{ name: 'x', project: 'kim/none' }, 404, 3002],
])('an upload begun with %j is %i with code %i', async (body, status, code) => {
  const answer = await begin(body)
  expect([answer.status, answer.body.code]).toEqual([status, code])
})

test('a taken name is refused at the start and again at the end', async () => {
  const early = (await begin({ name: 'taken.txt' })).body
  await kim.part(early.href, 1, Buffer.from('abc'))
  await kim.upload({ project }, 'taken.txt', 'first')
  const late = await begin({ name: 'taken.txt' })
  expect([late.status, late.body.code]).toEqual([409, 8005])
  const refused = await complete(early.href)
  expect([refused.status, refused.body.code]).toEqual([409, 8005])
  expect((await kim.get(early.href)).status).toBe(200)
})

test('with overwrite a new file takes the place of the old one when it is complete', async () => {
  const old = await kim.upload({ project }, 'over.txt', 'old')
  for (const word of ['TRUE', 'True', 'true']) {
    const upload = (await begin({ name: 'over.txt' }, `?overwrite=${word}`)).body
    expect((await kim.delete(upload.href)).status).toBe(204)
  }
  const upload = (await begin({ name: 'over.txt' }, '?overwrite=true&limit=50')).body
  await kim.part(upload.href, 1, Buffer.from('new'))
  expect((await contentOf(old)).toString()).toBe('old')
  const done = await complete(upload.href)
  expect(done.body.id).not.toBe(old)
  expect((await kim.get(`/files/${old}`)).status).toBe(404)
  expect((await contentOf(done.body.id)).toString()).toBe('new')
  await kim.post('/files', { project, name: 'over-folder', type: 'folder' })
  expect((await begin({ name: 'over-folder' }, '?overwrite=true')).body.code).toBe(8005)
})

test('an upload is listed, shown with its parts, and freed when it is aborted', async () => {
  const max = await api.user('max')
  const own = await max.project('Own')
  const upload = (await max.post('/upload/multipart', { project: own, name: 'a.txt', size: 3 })).body
  const etag = await max.part(upload.href, 1, Buffer.from('abc'))
  const list = await max.get('/upload/multipart')
  expect(list.body.items).toMatchObject([{ upload_id: upload.upload_id, name: 'a.txt', href: upload.href }])
  expect((await max.get(upload.href)).body.uploaded_parts_count).toBe(1)
  const detailed = (await max.get(`${upload.href}?list_parts=True`)).body
  expect(detailed.parts).toEqual([report(1, etag)])
  expect((await max.call(upload.href, { method: 'DELETE', raw: '{}' })).status).toBe(204)
  expect((await max.get('/upload/multipart')).body.items).toEqual([])
  expect((await max.get(`${upload.href}/part/1`)).body.code).toBe(8003)
})

test("another user's upload is 404", async () => {
  const upload = (await begin({ name: 'mine.txt' })).body
  for (const call of [
    lee.get(upload.href),
    lee.delete(upload.href),
    lee.get(`${upload.href}/part/1`),
    lee.post(`${upload.href}/part`, report(1, 'x')),
    lee.post(`${upload.href}/complete`),
  ]) {
    const answer = await call
    expect([answer.status, answer.body.code]).toEqual([404, 8003])
  }
})

test('a part larger than the whole file is refused', async () => {
  const upload = (await begin({ name: 'large.txt' })).body
  const answer = await putPart(upload.href, 1, Buffer.from('abcd'))
  expect([answer.status, answer.body.code]).toEqual([400, 90000])
})

test('a part that breaks off leaves none, and is replaced by the next try', async () => {
  const upload = (await begin({ name: 'broken.txt' })).body
  await kim.part(upload.href, 1, Buffer.from('abc'))
  const { url } = (await kim.get(`${upload.href}/part/1`)).body
  await new Promise<void>(resolve => {
    const call = request(url, {
      method: 'PUT',
      agent: false,
      headers: { 'Content-Length': 3, Expect: '100-continue' },
    })
    call.on('error', () => resolve())
    call.on('continue', () => call.write('x', () => call.destroy()))
  })
  await kim.part(upload.href, 1, Buffer.from('def'))
  const done = await complete(upload.href)
  expect((await contentOf(done.body.id)).toString()).toBe('def')
})

test('a try whose client is gone does not break off the next one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-parts-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const folders = uploadFolders(folder, new DiskSpace(folder), new StreamSlots(2))
  const [living, gone] = [new PassThrough(), new PassThrough()]
  const place = { number: 1, place: null, partSize: 10 }
  const written = folders.receive('upload', 1, living, () => folders.write('upload', place, living, 10, 'kim'))
  gone.destroy()
  const late = folders.receive('upload', 1, gone, () => folders.write('upload', place, gone, 10, 'kim'))
  await expect(late).rejects.toThrow('broke off')
  living.end('abc')
  expect((await written).size).toBe(3)
})

test('completing twice at once makes one file', async () => {
  const upload = (await begin({ name: 'twice.txt' })).body
  await kim.part(upload.href, 1, Buffer.from('abc'))
  const answers = await Promise.all([complete(upload.href), complete(upload.href), complete(upload.href)])
  expect(answers.map(answer => answer.status).sort()).toEqual([201, 404, 404])
})

test('finished and aborted uploads leave nothing behind', async () => {
  const other = await startApi()
  try {
    const max = await other.user('max')
    const place = { project: await max.project('P') }
    await max.upload(place, 'a.txt', Buffer.alloc(10_000))
    const upload = (await max.post('/upload/multipart', { ...place, name: 'b.txt' })).body
    await max.part(upload.href, 1, Buffer.from('abc'))
    expect(await readdir(other.uploadsFolder)).toEqual([upload.upload_id])
    await max.delete(upload.href)
    expect(await readdir(other.uploadsFolder)).toEqual([])
  } finally {
    await other.close()
  }
})
