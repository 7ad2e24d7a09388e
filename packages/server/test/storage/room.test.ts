import { mkdir, open, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DiskSpace, freeDiskSpace, grants, NoDiskSpace } from '../../src/storage/disk-space.ts'
import { FolderStore } from '../../src/storage/folder.ts'
import { VolumeCache } from '../../src/storage/volumes/cache.ts'
import { smallDisk } from '../support/small-disk.ts'

const MIB = 2 ** 20

const first = await smallDisk(20)
const second = await smallDisk(20)
afterAll(async () => {
  await first?.remove()
  await second?.remove()
})

test('a twentieth of a disk is kept for the server', async context => {
  if (!first) return context.skip('only root can mount a small disk')
  expect(await freeDiskSpace(first.folder)).toBe(19 * MIB)
  await writeFile(join(first.folder, 'jobs'), Buffer.alloc(18 * MIB))
  expect(await freeDiskSpace(first.folder)).toBe(MIB)
  await writeFile(join(first.folder, 'more'), Buffer.alloc(1.5 * MIB))
  expect(await freeDiskSpace(first.folder)).toBe(0)
})

describe.skipIf(!second)('several that write at once', () => {
  const folder = second?.folder ?? ''
  let room: DiskSpace
  let granted: SharedArrayBuffer

  beforeAll(async () => {
    await mkdir(join(folder, 'store'))
  })
  beforeEach(() => {
    granted = grants()
    room = new DiskSpace(folder, granted)
  })

  test('leave the reserve to the server, also those of another thread', async () => {
    const other = new DiskSpace(folder, granted, 1)
    const asked = await Promise.allSettled([room.grant(8 * MIB), other.grant(8 * MIB), room.grant(8 * MIB)])
    expect(asked.map(({ status }) => status).sort()).toContain('rejected')
    for (const each of asked) if (each.status === 'fulfilled') each.value.end()
    const whole = await other.grant(18 * MIB)
    await expect(room.grant(2 * MIB)).rejects.toThrow(NoDiskSpace)
    whole.wrote(18 * MIB)
    await expect(room.grant(2 * MIB)).resolves.toBeDefined()
  })

  test('what a thread that died was granted is forgotten', async () => {
    await new DiskSpace(folder, granted, 1).grant(18 * MIB)
    expect(await room.left()).toBeLessThan(2 * MIB)
    new DiskSpace(folder, granted, 1)
    expect(await room.left()).toBeGreaterThan(18 * MIB)
  })

  test('a stream without an end is broken off before the reserve, and leaves nothing', async () => {
    const store = new FolderStore(join(folder, 'store'), room)
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(MIB, 'x')
      })(),
    )
    await expect(store.write('0a', endless)).rejects.toThrow(NoDiskSpace)
    expect(endless.destroyed).toBe(true)
    expect(await room.left()).toBeGreaterThan(18 * MIB)
  })

  test('what is known to be too large is not begun', async () => {
    let asked = false
    const cache = new VolumeCache(join(folder, 'cache'), room)
    const fetch = async () => {
      asked = true
      return Readable.from([])
    }
    await expect(cache.get('id', 30 * MIB, 'task', fetch)).rejects.toThrow('no room for 30 MiB')
    expect(asked).toBe(false)
  })

  test('a copy of a sparse file is sparse, and has its bytes', async () => {
    const path = join(folder, 'sparse')
    await writeFile(path, 'begin')
    await truncate(path, 100 * MIB)
    const file = await open(path, 'r+')
    await file.write('middle', 50 * MIB + 1)
    await file.truncate(100 * MIB + 3)
    const store = new FolderStore(join(folder, 'store'), room)
    expect(await store.write('0b', file.createReadStream({ start: 0 }))).toBe(100 * MIB + 3)
    const copy = await open(await store.materialise('0b'))
    const { buffer } = await copy.read(Buffer.alloc(10), 0, 10, 50 * MIB)
    expect([...buffer]).toEqual([...Buffer.from('\0middle\0\0\0')])
    expect((await copy.read(Buffer.alloc(6), 0, 6, 0)).buffer.toString()).toBe('begin\0')
    const { size, blocks } = await stat(await store.materialise('0b'))
    await copy.close()
    expect(size).toBe(100 * MIB + 3)
    expect(blocks * 512).toBeLessThan(MIB)
  })
})
