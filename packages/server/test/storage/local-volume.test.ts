import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LocalVolume } from '../../src/storage/volumes/local.ts'
import { VolumeError } from '../../src/storage/volumes/volume-store.ts'

let base: string
let root: string
let volume: LocalVolume

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'reprise-local-'))
  await fresh()
})
afterEach(() => rm(base, { recursive: true }))

let count = 0
async function fresh(): Promise<void> {
  root = join(base, String(++count))
  await mkdir(root)
  volume = new LocalVolume(async () => root, '')
}

/** Paths of files that can lie beside each other: none is a folder of another. */
const name = fc.constantFrom('a', 'b', 'a.txt', 'a-', 'é', 'Z', '0')
const paths = fc
  .uniqueArray(fc.array(name, { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 12,
    selector: p => p.join('/'),
  })
  .map(all => all.map(path => path.join('/')))
  .map(all => all.filter(path => !all.some(other => other.startsWith(`${path}/`))))

async function fill(files: string[]): Promise<void> {
  await fresh()
  for (const file of files) {
    await mkdir(dirname(join(root, file)), { recursive: true })
    await writeFile(join(root, file), file)
  }
}

test('pages of any size, one behind the other, are all files in the order of their keys', async () => {
  await fc.assert(
    fc.asyncProperty(paths, fc.integer({ min: 1, max: 5 }), async (files, limit) => {
      await fill(files)
      const found: string[] = []
      for (;;) {
        const page = await volume.page('', found.at(-1), limit)
        found.push(...page.map(object => object.location))
        if (page.length === 0) break
      }
      expect(found).toEqual([...files].sort())
    }),
    { numRuns: 30 },
  )
})

test('browsing folder by folder, in pages of any size, meets every file once', async () => {
  await fc.assert(
    fc.asyncProperty(paths, fc.integer({ min: 1, max: 4 }), async (files, limit) => {
      await fill(files)
      const found: string[] = []
      const browse = async (prefix: string): Promise<void> => {
        let token: string | undefined
        do {
          const listing = await volume.list({ prefix, limit, token })
          expect(listing.objects.length + listing.prefixes.length).toBeLessThanOrEqual(limit)
          found.push(...listing.objects.map(object => object.location))
          for (const deeper of listing.prefixes) await browse(deeper)
          token = listing.token
        } while (token !== undefined)
      }
      await browse('')
      expect(found.sort()).toEqual([...files].sort())
    }),
    { numRuns: 30 },
  )
})

test('no location leads out of the folder, neither for reading nor for writing', async () => {
  await writeFile(join(base, 'secret'), 'secret')
  const part = fc.constantFrom('..', '.', '', 'a', 'out', 'secret', 'up', '~')
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 5 }), async parts => {
      await fresh()
      await symlink(base, join(root, 'out'))
      await symlink('..', join(root, 'up'))
      const location = parts.join('/')
      const before = await readdir(base)
      const read = await volume.head(location).catch(error => error)
      expect(read).toBeInstanceOf(VolumeError)
      const source = { size: 1, open: async () => Readable.from(['x']) }
      const request = { location, source, id: 'id', overwrite: true, properties: {}, progress: null }
      const put = { ...request, note: async () => undefined, signal: new AbortController().signal }
      const written = await volume.put(put).catch(error => error)
      if (written instanceof Error) expect(written).toBeInstanceOf(VolumeError)
      else expect(await text(await volume.open(location, written.etag))).toBe('x')
      expect(await readdir(base)).toEqual(before)
      expect(await readFile(join(base, 'secret'), 'utf8')).toBe('secret')
    }),
    { numRuns: 100 },
  )
})

test('bytes that are written over while they are read are not given as those of one file', async () => {
  const path = join(root, 'large')
  await writeFile(path, Buffer.alloc(2_000_000, 'a'))
  const { etag } = await volume.head('large')
  const whole = await volume.open('large', etag)
  expect((await text(whole)).length).toBe(2_000_000)
  const changing = await volume.open('large', etag)
  const read = async () => {
    let isFirst = true
    for await (const _ of changing) {
      if (isFirst) await writeFile(path, Buffer.alloc(2_000_000, 'b'))
      isFirst = false
    }
  }
  await expect(read()).rejects.toMatchObject({ name: 'VolumeError', kind: 'changed' })
  await expect(volume.open('large', etag)).rejects.toThrow('is not the file any more')
})

test('who has read enough of a file leaves none open', async () => {
  await writeFile(join(root, 'large'), Buffer.alloc(2_000_000, 'a'))
  const { etag } = await volume.head('large')
  const open = async () => {
    const links = await Promise.all(
      (await readdir('/proc/self/fd')).map(each => readlink(join('/proc/self/fd', each)).catch(() => '')),
    )
    return links.filter(link => link === join(root, 'large')).length
  }
  const [begun, never] = [await volume.open('large', etag), await volume.open('large', etag)]
  for await (const _ of begun) break
  const closed = once(never, 'close')
  never.destroy()
  await closed
  expect(await open()).toBe(0)
})
