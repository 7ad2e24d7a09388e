import { createHash } from 'node:crypto'
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { type ClientRequest, request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Api, type Client, send, startApi } from '../support/api.ts'

const MIB = 2 ** 20
const PART = 5 * MIB

let api: Api
/** another process on the same rows and folder, as far as the two can see each other */
let other: Api
let kim: Client
let project: string

beforeAll(async () => {
  api = await startApi({ shared: true })
  const { database, contents, uploadsFolder } = api
  other = await startApi({ shared: true, uploadsFolder }, {}, { database, contents })
  kim = await api.user('kim')
  project = await kim.project('Writers')
})
afterAll(async () => {
  await other.close()
  await api.close()
})

interface Sending {
  /** sends the rest; gives the status, or 'broken off' */
  finish(): Promise<number | 'broken off'>
}

/** Half of a part, which is on its way when this resolves. */
async function sending(server: Api, upload: string, number: number, bytes: Buffer): Promise<Sending> {
  const { url } = (await kim.get(`${upload}/part/${number}`)).body
  const half = bytes.length / 2
  let call!: ClientRequest
  const ended = new Promise<number | 'broken off'>(resolve => {
    const headers = { 'Content-Length': bytes.length, Expect: '100-continue' }
    call = request(url.replace(api.base, server.base), { method: 'PUT', agent: false, headers }, answer => {
      resolve(answer.statusCode ?? 0)
      answer.resume()
    })
    call.on('error', () => resolve('broken off'))
  })
  await new Promise<void>(resolve => call.on('continue', () => call.write(bytes.subarray(0, half), () => resolve())))
  const folder = join(api.uploadsFolder, upload.split('/').at(-1)!)
  // enough of it for the server to have opened its file and written some
  await vi.waitFor(async () => expect(await readdir(folder)).not.toEqual([]), 20_000)
  await vi.waitFor(async () => expect(await rows(upload, number)).not.toBe(0), 20_000)
  return {
    finish() {
      call.end(bytes.subarray(half))
      return ended
    },
  }
}

async function rows(upload: string, number: number): Promise<number> {
  const found = await api.database.read
    .selectFrom('upload_writers')
    .select('writer')
    .where('upload', '=', upload.split('/').at(-1)!)
    .where('number', '=', number)
    .execute()
  return found.length
}

const begin = async (name: string, part = PART) =>
  (await kim.post('/upload/multipart', { project, name, part_size: part })).body.href

async function contentOf(file: string): Promise<Buffer> {
  return (await send((await kim.get(`/files/${file}/download_info`)).body.url)).bytes
}

const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const bytesOf = (letter: string, size = PART) => Buffer.alloc(size, letter)

const SERVERS = ['the same server', 'another server'] as const
const serverOf = (which: (typeof SERVERS)[number]) => (which === 'another server' ? other : api)

test.each(SERVERS)('bytes of a completed file stay as they are, whatever %s still receives', async which => {
  const whole = Buffer.concat([bytesOf('a'), bytesOf('b')])
  const upload = await begin(`stray ${which}`)
  await kim.part(upload, 1, bytesOf('a'))
  await kim.part(upload, 2, bytesOf('b'))
  const stray = await sending(serverOf(which), upload, 3, bytesOf('x'))
  const done = await kim.post(`${upload}/complete`)
  expect([done.status, done.body.size]).toEqual([201, whole.length])
  expect(await stray.finish()).not.toBe(200)
  expect(hash(await contentOf(done.body.id))).toBe(hash(whole))
  const path = await api.contents.materialise((await contentIdOf(done.body.id))!)
  const { size, mode, nlink } = await stat(path)
  expect([size, mode & 0o777, nlink]).toEqual([whole.length, 0o444, 1])
})

test.each(SERVERS)('the tail of a part is not overwritten by what %s receives for the next one', async which => {
  // the second part lies where the first one's tail comes to lie
  const whole = bytesOf('a', PART + 3 * MIB)
  const upload = await begin(`tail ${which}`)
  await kim.part(upload, 1, whole)
  const stray = await sending(serverOf(which), upload, 2, bytesOf('x'))
  const done = await kim.post(`${upload}/complete`)
  expect([done.status, done.body.size]).toEqual([201, whole.length])
  expect(await stray.finish()).not.toBe(200)
  expect(hash(await contentOf(done.body.id))).toBe(hash(whole))
})

test.each(SERVERS)('of two that send the same part the last one counts, the first to %s', async which => {
  const upload = await begin(`twice ${which}`)
  await kim.part(upload, 1, bytesOf('a'))
  const first = await sending(serverOf(which), upload, 2, bytesOf('x'))
  await kim.part(upload, 2, bytesOf('b'))
  expect(await first.finish()).not.toBe(200)
  const done = await kim.post(`${upload}/complete`)
  expect(done.status).toBe(201)
  expect(hash(await contentOf(done.body.id))).toBe(hash(Buffer.concat([bytesOf('a'), bytesOf('b')])))
})

test('a part that is being sent again is missing until it is there', async () => {
  const upload = await begin('again')
  await kim.part(upload, 1, bytesOf('a'))
  const again = await sending(api, upload, 1, bytesOf('b'))
  expect((await kim.post(`${upload}/complete`)).body).toMatchObject({ code: 8007 })
  expect(await again.finish()).toBe(200)
})

test('a writer whose process has died keeps nobody from completing, and its slot is never taken as it is', async () => {
  const upload = await begin('dead')
  await kim.part(upload, 1, bytesOf('a'))
  const id = upload.split('/').at(-1)!
  const dead = { upload: id, number: 2, writer: 'dead', slot: 1, current: 1 }
  await api.database.write(tx => tx.insertInto('upload_writers').values(dead).execute())
  await mkdir(join(api.uploadsFolder, id), { recursive: true })
  await writeFile(join(api.uploadsFolder, id, '2.tail'), 'of the dead')
  await kim.part(upload, 2, bytesOf('b'))
  const done = await kim.post(`${upload}/complete`)
  expect(hash(await contentOf(done.body.id))).toBe(hash(Buffer.concat([bytesOf('a'), bytesOf('b')])))
})

test('completed by two servers at once it is one file', async () => {
  const upload = await begin('both')
  await kim.part(upload, 1, bytesOf('a'))
  await kim.part(upload, 2, bytesOf('b', 1000))
  const calls = [api, other].map(server => kim.post(`${upload.replace(api.base, server.base)}/complete`))
  const answers = await Promise.all(calls)
  expect(answers.map(answer => answer.status).sort()).toEqual([201, 404])
  const file = answers.find(answer => answer.status === 201)!.body.id
  expect(hash(await contentOf(file))).toBe(hash(Buffer.concat([bytesOf('a'), bytesOf('b', 1000)])))
})

async function contentIdOf(file: string): Promise<string | null | undefined> {
  const row = await api.database.read.selectFrom('files').select('content').where('id', '=', file).executeTakeFirst()
  return row?.content
}
