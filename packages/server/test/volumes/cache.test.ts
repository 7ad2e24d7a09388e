import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DiskSpace } from '../../src/storage/disk-space.ts'
import { VolumeCache } from '../../src/storage/volumes/cache.ts'

const SIZE = 10_000

let folder: string
let fetched: string[]
let caches: VolumeCache[]

beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'reprise-cache-'))
  fetched = []
  caches = []
})
afterEach(async () => {
  await Promise.all(caches.map(cache => cache.close()))
  await fs.rm(folder, { recursive: true })
})

/** The cache of one process, with room for so many copies. */
function make(copies = 3): VolumeCache {
  const cache = new VolumeCache(folder, new DiskSpace(folder), copies * SIZE)
  caches.push(cache)
  return cache
}

const get = (cache: VolumeCache, id: string, holder = 'task') =>
  cache.get(id, SIZE, holder, async () => {
    fetched.push(id)
    return Readable.from([Buffer.alloc(SIZE, id)])
  })
const bytesOf = async (path: string) => (await fs.readFile(path, 'utf8')).slice(0, 1)
const copies = async () => (await fs.readdir(folder)).filter(name => name !== 'pins').sort()

test('two processes share their copies, and neither takes away what the other one has pinned', async () => {
  const [one, two] = [make(), make()]
  const pinned = await get(one, 'a')
  expect(await bytesOf(await get(two, 'a'))).toBe('a')
  expect(fetched).toEqual(['a'])
  two.release('task')
  for (const id of ['b', 'c', 'd', 'e']) {
    await get(two, id, id)
    two.release(id)
  }
  expect(await bytesOf(pinned)).toBe('a')
  expect(await copies()).toContain('a')
  expect((await copies()).length).toBeLessThanOrEqual(3)
})

test('what is pinned and too much together is told, with what could make room', async () => {
  const [one, two] = [make(2), make(2)]
  await get(one, 'a')
  await get(one, 'b')
  await expect(get(two, 'c')).rejects.toThrow('--volume-cache')
  one.release('task')
  await expect.poll(async () => await get(two, 'c').then(bytesOf, () => '')).toBe('c')
})

test('a start beside a process that fetches leaves what it has fetched so far', async () => {
  const [one, two] = [make(), make()]
  const { promise: gate, resolve: letGo } = Promise.withResolvers<void>()
  const { promise: began, resolve: begin } = Promise.withResolvers<void>()
  async function* slowly() {
    yield Buffer.alloc(SIZE / 2, 'a')
    begin()
    await gate
    yield Buffer.alloc(SIZE / 2, 'a')
  }
  const slow = one.get('a', SIZE, 'task', async () => Readable.from(slowly()))
  await began
  await get(two, 'b')
  letGo()
  expect((await fs.stat(await slow)).size).toBe(SIZE)
})

test('copies that somebody has removed are fetched again, with or without a pin', async () => {
  const cache = make()
  const path = await get(cache, 'a')
  await fs.rm(path)
  await fs.rm(join(folder, 'a'))
  expect(await bytesOf(await get(cache, 'a'))).toBe('a')
  expect(fetched).toEqual(['a', 'a'])
})

test('several that want the same at once get the same bytes, fetched once by each process at most', async () => {
  const [one, two] = [make(), make()]
  const paths = await Promise.all([get(one, 'a', '1'), get(one, 'a', '2'), get(two, 'a', '1'), get(two, 'a', '2')])
  expect(await Promise.all(paths.map(bytesOf))).toEqual(['a', 'a', 'a', 'a'])
  expect(fetched.length).toBeLessThanOrEqual(2)
  expect(await copies()).toEqual(['a'])
})

test('pins of a process that died make room for others, those of one that lives do not', async () => {
  const dead = make(1)
  const path = await get(dead, 'a')
  const [boot] = join(path, '..').split('/').at(-1)!.split('.')
  // no process has this number
  await fs.rename(join(path, '..'), join(folder, 'pins', `${boot}.4194305.left`))
  expect(await bytesOf(await get(make(1), 'b'))).toBe('b')
  expect(await copies()).toEqual(['b'])
  await expect(get(make(1), 'c')).rejects.toThrow('--volume-cache')
})
