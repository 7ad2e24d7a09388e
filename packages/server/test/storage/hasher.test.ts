import { createHash } from 'node:crypto'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Hasher } from '../../src/storage/hasher.ts'

const MIB = 2 ** 20
let folder: string
let hasher: Hasher

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-hasher-'))
  hasher = new Hasher()
})
afterEach(async () => {
  await hasher.close()
  await rm(folder, { recursive: true })
})

async function file(name: string, bytes: Buffer): Promise<string> {
  await writeFile(join(folder, name), bytes)
  return join(folder, name)
}

async function sparse(name: string, size: number): Promise<string> {
  const path = await file(name, Buffer.alloc(0))
  await truncate(path, size)
  return path
}

test('a small file does not wait for the large one of another user', async () => {
  const settled: string[] = []
  const large = await sparse('large', 20 * 1024 * MIB)
  const note = (name: string) => () => void settled.push(name)
  const own = [large, large].map(path => hasher.hash(path, 'sha256', 'kim').then(note('large'), note('stopped')))
  const path = await file('small', Buffer.from('small'))
  const began = performance.now()
  expect(await hasher.hash(path, 'sha256', 'lee')).toBe(createHash('sha256').update('small').digest('hex'))
  const waited = performance.now() - began
  console.log(`a small file beside 40 GB of another user: ${Math.round(waited)} ms`)
  expect(settled).toEqual([])
  expect(waited).toBeLessThan(2000)
  await hasher.close()
  await Promise.all(own)
  expect(settled).toEqual(['stopped', 'stopped'])
})

test('files that are hashed in turns have the hashes of their whole content', async () => {
  const texts = [3, 16, 40, 33].map(size => Buffer.alloc(size * MIB + size, `${size} `))
  const hashed = texts.map(async (bytes, index) => {
    const path = await file(String(index), bytes)
    return await hasher.hash(path, index === 3 ? 'md5' : 'sha256', index === 0 ? 'kim' : 'lee')
  })
  const expected = texts.map((bytes, index) =>
    createHash(index === 3 ? 'md5' : 'sha256')
      .update(bytes)
      .digest('hex'),
  )
  expect(await Promise.all(hashed)).toEqual(expected)
})

test('a file that is not there fails alone', async () => {
  const path = await sparse('there', 20 * MIB)
  const [missing, there] = await Promise.allSettled([hasher.hash(join(folder, 'not-there')), hasher.hash(path)])
  expect(missing).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('ENOENT') } })
  expect(there).toMatchObject({
    value: createHash('sha256')
      .update(Buffer.alloc(20 * MIB))
      .digest('hex'),
  })
})
