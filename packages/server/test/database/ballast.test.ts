import { once } from 'node:events'
import { open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { EventEmitter } from 'node:stream'
import { afterAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/database/open.ts'
import { Ballast } from '../../src/database/sqlite/ballast.ts'
import { hashed, loadJson, storeHashed } from '../../src/database/values.ts'
import { diskOf } from '../../src/storage/disk-space.ts'
import { appeared } from '../support/appeared.ts'
import { smallDisk } from '../support/small-disk.ts'

const MIB = 2 ** 20
const disk = await smallDisk(60)
afterAll(() => disk?.remove())

describe.skipIf(!disk)('a disk without a free block', () => {
  test('the rows get the place of the ballast, which is made anew when there is room again', async () => {
    const folder = disk?.folder ?? ''
    const events = new EventEmitter()
    const database = await openDatabase(folder, { full: () => events.emit('full') })
    const said: string[] = []
    const trouble = (message: string) => said.push(message)
    const ballast = new Ballast(folder, { bytes: MIB, disk: () => diskOf(folder), trouble, first: 0, again: 50 })
    events.on('full', () => ballast.dropped())
    const path = join(folder, 'ballast')
    await appeared(path)
    expect((await stat(path)).blocks * 512).toBe(MIB)

    await fill(join(folder, 'jobs'))
    const full = once(events, 'full')
    const value = hashed(JSON.stringify('x'.repeat(300_000)))
    await database.write(tx => storeHashed(tx, value))
    await full
    expect(said).toEqual([expect.stringContaining('the ballast is thrown off')])
    expect(await loadJson(database.read, value.hash)).toBe(JSON.stringify('x'.repeat(300_000)))

    await rm(join(folder, 'jobs'))
    await appeared(path)
    expect((await stat(path)).blocks * 512).toBe(MIB)
    await ballast.close()
    await database.close()
  })
})

/** Takes every block that there is. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w')
  for (const size of [MIB, 4096]) {
    const bytes = Buffer.alloc(size, 'x')
    for (let full = false; !full; ) {
      full = await file.write(bytes).then(
        ({ bytesWritten }) => bytesWritten < size,
        () => true,
      )
    }
  }
  await file.close()
}
