import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, send, startApi } from '../support/api.ts'

const MIB = 2 ** 20
const BIG = randomBytes(24 * MIB)

let api: Api
let kim: Client
let lee: Client
let project: string

beforeAll(async () => {
  api = await startApi({ limits: { transfers: 2 } })
  kim = await api.user('kim')
  lee = await api.user('lee')
  project = await kim.project('Transfers')
})
afterAll(() => api.close())

const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('hex')
let files = 0

async function begin(client: Client, size: number): Promise<string> {
  const name = `file-${++files}`
  const where = client === kim ? project : await client.project(name)
  return (await client.post('/upload/multipart', { project: where, name, size, part_size: 5 * MIB })).body.href
}

const partUrl = async (client: Client, upload: string, number: number) =>
  (await client.get(`${upload}/part/${number}`)).body.url

/** Begins a PUT whose body does not go on; resolves when the server has taken the head of it. */
async function stalled(url: string, bytes: Buffer): Promise<ClientRequest> {
  const headers = { 'Content-Length': bytes.length, Expect: '100-continue' }
  const call = request(url, { method: 'PUT', agent: false, headers })
  call.on('error', () => undefined)
  call.flushHeaders()
  await once(call, 'continue')
  call.write(bytes.subarray(0, 1000))
  return call
}

async function answerOf(call: ClientRequest, rest: Buffer): Promise<number> {
  const answered = once(call, 'response')
  call.end(rest)
  const [answer] = (await answered) as [IncomingMessage]
  answer.resume()
  return answer.statusCode ?? 0
}

/** A download of which nothing is read. */
async function unread(url: string): Promise<IncomingMessage> {
  const call = request(url, { agent: false })
  call.end()
  const [answer] = (await once(call, 'response')) as [IncomingMessage]
  return answer
}

async function bytesOf(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const download = async (url: string) => bytesOf(await unread(url))

async function bigFile(): Promise<string> {
  const upload = await begin(kim, BIG.length)
  const count = Math.ceil(BIG.length / (5 * MIB))
  const parts = Array.from({ length: count }, (_, at) => BIG.subarray(at * 5 * MIB, (at + 1) * 5 * MIB))
  await Promise.all(parts.map((bytes, at) => kim.part(upload, at + 1, bytes)))
  return (await kim.post(`${upload}/complete`)).body.id
}

const address = async (id: string) => (await kim.get(`/files/${id}/download_info`)).body.url

test('many parts and downloads at once come whole through few turns, ranges and bytes across parts too', async () => {
  const id = await bigFile()
  const url = await address(id)
  const wholes = Array.from({ length: 6 }, () => download(url))
  const ranges = Array.from({ length: 6 }, (_, at) =>
    send(url, { headers: { Range: `bytes=${at * 1_000_003}-${at * 1_000_003 + 700_000}` } }),
  )
  for (const bytes of await Promise.all(wholes)) expect(md5(bytes)).toBe(md5(BIG))
  for (const [at, { status, bytes }] of (await Promise.all(ranges)).entries()) {
    expect(status).toBe(206)
    expect(bytes.equals(BIG.subarray(at * 1_000_003, at * 1_000_003 + 700_001))).toBe(true)
  }
})

test('parts whose clients are silent hold up nobody, and go on when they say more', async () => {
  const bytes = randomBytes(3 * MIB)
  const uploads = await Promise.all(Array.from({ length: 4 }, () => begin(kim, bytes.length)))
  const calls = await Promise.all(uploads.map(async upload => stalled(await partUrl(kim, upload, 1), bytes)))
  const theirs = await begin(lee, bytes.length)
  await lee.part(theirs, 1, bytes)
  const own = await begin(kim, bytes.length)
  await kim.part(own, 1, bytes)
  expect(await Promise.all(calls.map(call => answerOf(call, bytes.subarray(1000))))).toEqual([200, 200, 200, 200])
  for (const upload of uploads) {
    const { id } = (await kim.post(`${upload}/complete`, { parts: reports(bytes) })).body
    expect(md5((await send(await address(id))).bytes)).toBe(md5(bytes))
  }
})

const reports = (bytes: Buffer) => [{ part_number: 1, response: { headers: { ETag: `"${md5(bytes)}"` } } }]

test('connections that end while they have a turn, or wait for one, leave it to others', async () => {
  const bytes = randomBytes(MIB)
  const uploads = await Promise.all(Array.from({ length: 6 }, () => begin(kim, bytes.length)))
  const calls = await Promise.all(uploads.map(async upload => stalled(await partUrl(kim, upload, 1), bytes)))
  for (const call of calls) call.destroy()
  const url = await address(await bigFile())
  const readers = await Promise.all([unread(url), unread(url)])
  for (const reader of readers) reader.destroy()
  expect(md5(await download(url))).toBe(md5(BIG))
})

test('downloads that nobody reads hold up nobody, and are whole when they are read', async () => {
  const url = await address(await bigFile())
  const readers = await Promise.all([unread(url), unread(url)])
  expect(md5(await download(url))).toBe(md5(BIG))
  for (const reader of readers) expect(md5(await bytesOf(reader))).toBe(md5(BIG))
})
