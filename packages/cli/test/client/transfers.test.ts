import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asyncProperty, assert as check, integer, property } from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createApi } from '../../src/client/api.ts'
import { downloadFile } from '../../src/client/download.ts'
import { partsOf, uploadFile } from '../../src/client/upload.ts'
import { type StrictServer, startStrictServer, token } from './strict-server.ts'

let folder: string
let server: StrictServer
const partSize = 1000

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'transfers-'))
  server = await startStrictServer(partSize)
})

afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const bytesOf = (size: number) => Buffer.from(Array.from({ length: size }, (_, i) => i % 251))

async function upload(size: number) {
  const path = join(folder, 'reads.bam')
  await writeFile(path, bytesOf(size))
  return uploadFile(createApi({ url: server.url, token }), path, { project: 'a/b' })
}

async function storedFile(size: number) {
  const id = 'f'.repeat(24)
  server.files.set(id, { name: 'calls.vcf', bytes: bytesOf(size) })
  return { id, name: 'calls.vcf', type: 'file' as const, project: 'a/b', size }
}

test('parts cover the file in order and without gaps', () => {
  check(
    property(integer({ min: 0, max: 10_000 }), integer({ min: 1, max: 3000 }), (size, partSize) => {
      const parts = partsOf(size, partSize)
      expect(parts.map(part => part.number)).toEqual(parts.map((_, i) => i + 1))
      expect(parts[0]?.start).toBe(0)
      expect(parts.at(-1)?.end).toBe(size)
      for (const [i, part] of parts.slice(1).entries()) expect(part.start).toBe(parts[i]?.end)
      for (const part of parts.slice(0, -1)) expect(part.end - part.start).toBe(partSize)
    }),
  )
})

test.each([
  [0, [0]],
  [1, [1]],
  [999, [999]],
  [1000, [1000]],
  [1001, [1000, 1]],
  [3500, [1000, 1000, 1000, 500]],
  [5000, [1000, 1000, 1000, 1000, 1000]],
])('a file of %i bytes is sent as parts of %j', async (size, layout) => {
  const file = await upload(size)
  expect(server.layout).toEqual(layout)
  expect(server.files.get(file.id)).toEqual({ name: 'reads.bam', bytes: bytesOf(size) })
})

test('what is uploaded comes back the same', async () => {
  await check(
    asyncProperty(integer({ min: 0, max: 5000 }), async size => {
      const file = await upload(size)
      const path = join(folder, `${file.id}.back`)
      await downloadFile(createApi({ url: server.url, token }), file, path)
      expect(await readFile(path)).toEqual(bytesOf(size))
    }),
    { numRuns: 20 },
  )
})

test('a part is sent again when the server is busy', async () => {
  let busy = 2
  server.intercept = (request, response) => {
    if (request.method !== 'PUT' || busy-- <= 0) return false
    request.resume()
    response.writeHead(503, { 'retry-after': '0' }).end()
    return true
  }
  const file = await upload(2500)
  expect(server.files.get(file.id)?.bytes).toEqual(bytesOf(2500))
})

test('an upload that fails is aborted', async () => {
  server.intercept = (request, response) => {
    if (!request.url?.endsWith('/complete')) return false
    const body = { status: 400, code: 8007, message: 'Part 2 is missing.', more_info: '' }
    response.writeHead(400).end(JSON.stringify(body))
    return true
  }
  await expect(upload(2500)).rejects.toThrow('Part 2 is missing. (HTTP 400, code 8007)')
  expect(server.open.size).toBe(0)
})

test('a download goes on where it was interrupted', async () => {
  const file = await storedFile(5000)
  await writeFile(join(folder, `.${file.id}.part`), bytesOf(5000).subarray(0, 1234))
  const ranges: (string | undefined)[] = []
  server.intercept = request => {
    if (request.url?.startsWith('/bytes/')) ranges.push(request.headers.range)
    return false
  }
  await downloadFile(createApi({ url: server.url, token }), file, join(folder, 'calls.vcf'))
  expect(ranges).toEqual(['bytes=1234-'])
  expect(await readFile(join(folder, 'calls.vcf'))).toEqual(bytesOf(5000))
  expect(await readdir(folder)).toEqual(['calls.vcf'])
})

test('a transfer that breaks off goes on by itself', async () => {
  const file = await storedFile(5000)
  let breaks = 2
  server.intercept = (request, response) => {
    if (!request.url?.startsWith('/bytes/') || breaks-- <= 0) return false
    const start = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0)
    const headers = { 'content-length': 5000 - start, 'content-range': `bytes ${start}-4999/5000` }
    response.writeHead(start === 0 ? 200 : 206, headers)
    // ended and not reset: what was sent arrives, however busy the machine is
    response.write(bytesOf(5000).subarray(start, start + 1000), () => response.socket?.end())
    return true
  }
  await downloadFile(createApi({ url: server.url, token }), file, join(folder, 'calls.vcf'))
  expect(await readFile(join(folder, 'calls.vcf'))).toEqual(bytesOf(5000))
})

test('a server that knows no ranges sends the file from its start', async () => {
  const file = await storedFile(3000)
  await writeFile(join(folder, `.${file.id}.part`), 'something')
  server.intercept = request => {
    delete request.headers.range
    return false
  }
  await downloadFile(createApi({ url: server.url, token }), file, join(folder, 'calls.vcf'))
  expect(await readFile(join(folder, 'calls.vcf'))).toEqual(bytesOf(3000))
})

test('a file of another size than it should have is not kept', async () => {
  const file = { ...(await storedFile(3000)), size: 2000 }
  const path = join(folder, 'calls.vcf')
  const download = downloadFile(createApi({ url: server.url, token }), file, path)
  await expect(download).rejects.toThrow('calls.vcf should have 2000 bytes, but 3000 came.')
  expect(await readdir(folder)).toEqual([])
})

test('a file that is there is replaced only when asked to', async () => {
  const file = await storedFile(10)
  const path = join(folder, 'calls.vcf')
  await writeFile(path, 'mine')
  const api = createApi({ url: server.url, token })
  await expect(downloadFile(api, file, path)).rejects.toThrow('exists already')
  expect(await readFile(path, 'utf8')).toBe('mine')
  await downloadFile(api, file, path, { overwrite: true })
  expect(await readFile(path)).toEqual(bytesOf(10))
})
