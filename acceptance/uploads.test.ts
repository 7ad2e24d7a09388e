import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, expected } from './call.ts'
import { Client } from './client.ts'
import type { Json } from './exchange.ts'
import { refused } from './refused.ts'
import { type Server, serve } from './server.ts'

/** The multipart protocol by its letter: layouts of parts, ETags, reports in one and in many, and all that is refused. */
let server: Server
let kim: Client
let project: Json
const MIB = 2 ** 20

beforeAll(async () => {
  server = await serve()
  kim = new Client(server)
  project = await kim.post('/projects', { name: 'Uploads' })
})
afterAll(() => server.close())

const begin = (name: string, size: number | null, more: object = {}) =>
  kim.post('/upload/multipart', { project: project.id, name, size, ...more })

const bytesOf = async (file: Json) =>
  (await expected(call((await kim.get(`${file.href}/download_info`)).url), 200)).bytes

async function put(upload: Json, number: number, bytes: Buffer): Promise<string> {
  const { url } = await kim.get(`${upload.href}/part/${number}`)
  return String((await expected(call(url, { method: 'PUT', raw: bytes }), 200)).headers.etag)
}

const reportOf = (part_number: number, ETag: string | null) => ({ part_number, response: { headers: { ETag } } })

test('an upload tells all that a client goes by', async () => {
  const md5 = createHash('md5').update('abc').digest('hex')
  const begun = await begin('told.txt', 3, { md5, part_size: 5 * MIB })
  expect(begun).toMatchObject({
    href: `${server.url}/upload/multipart/${begun.upload_id}`,
    upload_id: expect.any(String),
    project: project.id,
    name: 'told.txt',
    part_size: 5 * MIB,
    parallel_uploads: true,
    initiated: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  })
  const part = await kim.get(`${begun.href}/part/1`)
  expect(part).toMatchObject({
    method: 'PUT',
    headers: {},
    success_codes: [200],
    report: { headers: ['ETag'], success_codes: [200] },
  })
  const list = await expected(kim.ask('GET', '/upload/multipart?limit=100&offset=0&fields=_all'), 200)
  expect(list.body.items.map(({ upload_id }) => upload_id)).toContain(begun.upload_id)
  expect(list.headers['x-total-matching-query']).toMatch(/^\d+$/)
  await kim.delete(begun.href)
  await refused(kim.ask('DELETE', begun.href), 404, 8003)
})

test.each([
  ['too small', 1, 1000],
  ['too big', 6 * 2 ** 30, 1000],
  ['null', null, 1000],
  ['too many parts', 5 * MIB, 5 * 2 ** 40],
])('a part size that is %s gives one that R takes', async (_, part_size, size) => {
  const begun = await begin(`size ${part_size} ${size}`, size, { part_size })
  expect(begun.part_size).toBeGreaterThanOrEqual(5 * MIB)
  expect(begun.part_size).toBeLessThanOrEqual(5 * 2 ** 30)
  expect(Math.ceil(size / begun.part_size)).toBeLessThanOrEqual(10_000)
  await kim.delete(begun.href)
})

test('parts may come in any order, twice, and be reported together', async () => {
  const bytes = Buffer.alloc(10 * MIB + 3, 'abcdefghijk')
  const begun = await begin('together.bin', bytes.length, { part_size: 5 * MIB })
  const parts = [bytes.subarray(0, 5 * MIB), bytes.subarray(5 * MIB, 10 * MIB), bytes.subarray(10 * MIB)]
  await put(begun, 2, Buffer.alloc(5 * MIB, 'x'))
  const etags: string[] = []
  for (const n of [2, 1, 0]) etags[n] = await put(begun, n + 1, parts[n]!)
  const reports = etags.map((etag, n) => reportOf(n + 1, n === 1 ? etag : etag.replaceAll('"', '')))
  const reported = await expected(kim.ask('POST', begun.href, { parts: reports.slice(0, 2) }), 200)
  expect(reported.bytes).toHaveLength(0)
  const file = await expected(kim.ask('POST', `${begun.href}/complete`, { parts: reports }), 201)
  expect(file.body).toMatchObject({
    name: 'together.bin',
    size: bytes.length,
    type: 'file',
    parent: project.root_folder,
  })
  expect((await bytesOf(file.body)).equals(bytes)).toBe(true)
})

test.each([0, 1, 5 * MIB, 5 * MIB + 1])(
  'a file of %i bytes may come in one part more than needed, an empty one',
  async size => {
    const bytes = Buffer.alloc(size, 'z')
    const begun = await begin(`tail ${size}`, size, { part_size: 5 * MIB })
    for (const [n, part] of [bytes, Buffer.alloc(0)].entries()) {
      const report = reportOf(n + 1, (await put(begun, n + 1, part)).replaceAll('"', ''))
      await expected(kim.ask('POST', `${begun.href}/part/`, report), 200)
    }
    const file = (await expected(kim.ask('POST', `${begun.href}/complete`, null), 201)).body
    expect((await bytesOf(file)).equals(bytes)).toBe(true)
  },
)

test('a report says which part, and the ETag that came', async () => {
  const begun = await begin('reports', 1)
  const etag = await put(begun, 1, Buffer.from('x'))
  for (const wrong of [null, '', '""', 'x']) {
    await refused(kim.ask('POST', `${begun.href}/part`, reportOf(1, wrong)), 400, 8014, /ETag/)
  }
  await refused(kim.ask('POST', `${begun.href}/part`, reportOf(2, etag)), 400, 8014)
  await refused(kim.ask('POST', `${begun.href}/part`, {}), 400, 8014, /part_number/)
  await refused(kim.ask('POST', begun.href, { parts: 'none' }), 400, 8015, /parts/)
  await refused(kim.ask('POST', begun.href, {}), 400, 8015, /parts/)
  for (let twice = 0; twice < 2; twice++) expect((await kim.report(begun, 1, etag)).status).toBe(200)
  for (const n of ['0', '10001', 'x', '-1']) await refused(kim.ask('GET', `${begun.href}/part/${n}`), 400, 8012, /part/)
})

test('fewer bytes than were said are not completed, and more are not taken', async () => {
  const begun = await begin('fewer', 4)
  await kim.report(begun, 1, await put(begun, 1, Buffer.from('abc')))
  await refused(kim.ask('POST', `${begun.href}/complete`), 400, 8007, /size|bytes/)
  const more = await begin('more', 2)
  const { url } = await kim.get(`${more.href}/part/1`)
  expect((await call(url, { method: 'PUT', raw: 'abc' })).status).toBe(400)
})

test('a name may be taken by the time the upload is complete', async () => {
  const [first, second] = [await begin('race.txt', 1), await begin('race.txt', 1)]
  for (const upload of [first, second]) await kim.report(upload, 1, await put(upload, 1, Buffer.from('x')))
  await kim.post(`${first.href}/complete`, {})
  await refused(kim.ask('POST', `${second.href}/complete`, {}), 409, 8005)
  await refused(kim.ask('POST', '/upload/multipart', { project: project.id, name: 'race.txt', size: 1 }), 409, 8005)
})

test.each<[string, object, number, number, RegExp]>([
  ['a project without its owner', { project: 'uploads' }, 400, 8010, /owner\/project/],
  ['a project that there is not', { project: 'nobody/nothing' }, 404, 3002, /project/],
  ['a folder that there is not', { project: null, parent: 'f'.repeat(24) }, 404, 8004, /./],
  ['a size below nothing', { size: -1 }, 400, 8013, /size/],
  ['a size above 5 TiB', { size: 5 * 2 ** 40 + 1 }, 400, 8013, /size/],
  ['a size in words', { size: 'big' }, 400, 8013, /size/],
  ['no name', { name: null }, 400, 8013, /name/],
  ['a name of 256 characters', { name: 'x'.repeat(256) }, 400, 8013, /name/],
])('%s is refused when an upload begins', async (_, body, status, code, message) => {
  const given = { project: project.id, name: 'refused', size: 1, ...body }
  await refused(kim.ask('POST', '/upload/multipart', given), status, code, message)
})

test('a folder is not overwritten by a file', async () => {
  await kim.post('/files', { name: 'taken', type: 'folder', parent: project.root_folder })
  const body = { project: project.id, name: 'taken', size: 1 }
  const { status } = await kim.ask('POST', '/upload/multipart?overwrite=TRUE', body)
  expect([400, 409]).toContain(status)
})
