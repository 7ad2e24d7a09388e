import type { Dirent } from 'node:fs'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { etagOf, TEMPORARY } from './local-names.ts'
import { isWithin, partsOf, realBelow } from './local-paths.ts'
import type { Listing, ListRequest, VolumeObject } from './volume-store.ts'

/** Folders in folders that a walk goes into. */
const DEEPEST = 100

interface Entry {
  /** the location; of a folder with its slash */
  key: string
  real: string
}

/**
 * One level of a folder, in the order of an S3 bucket's keys: `prefix` is a folder up to its last slash, and the beginning of
 * names behind it. What is neither a regular file nor a folder, and what a link leads out to, is not there.
 */
export async function listFolder(root: string, { prefix, limit, token }: ListRequest): Promise<Listing> {
  const after = token === undefined ? '' : Buffer.from(token, 'base64url').toString()
  const entries = (await entriesOf(root, prefix)).filter(({ key }) => key > after)
  const page = entries.slice(0, limit)
  const objects = page.filter(({ key }) => !key.endsWith('/')).map(entry => objectOf(entry))
  const last = page.at(-1)
  return {
    objects: (await Promise.all(objects)).filter(object => object !== undefined),
    prefixes: page.map(({ key }) => key).filter(key => key.endsWith('/')),
    token: last && entries.length > page.length ? Buffer.from(last.key).toString('base64url') : undefined,
  }
}

/**
 * Files whose locations begin so and come behind `after`, in the order of keys, which is that of a walk depth first. A link to
 * a folder that one is in already is not followed.
 */
export async function pageOf(
  root: string,
  prefix: string,
  after: string | undefined,
  limit: number,
): Promise<VolumeObject[]> {
  const page: VolumeObject[] = []
  await collect({ root, after, limit, page }, prefix, [])
  return page
}

interface Walk {
  root: string
  after: string | undefined
  limit: number
  page: VolumeObject[]
}

async function collect(walk: Walk, prefix: string, above: string[]): Promise<void> {
  const { root, after, limit, page } = walk
  for (const entry of await entriesOf(root, prefix)) {
    if (page.length >= limit) return
    const done = after !== undefined && entry.key <= after
    if (entry.key.endsWith('/')) {
      const open = !done || after.startsWith(entry.key)
      if (open && !above.includes(entry.real) && above.length < DEEPEST) {
        await collect(walk, entry.key, [...above, entry.real])
      }
    } else if (!done) {
      const object = await objectOf(entry)
      if (object) page.push(object)
    }
  }
}

async function entriesOf(root: string, prefix: string): Promise<Entry[]> {
  const slash = prefix.lastIndexOf('/')
  const [folder, start] = [prefix.slice(0, slash + 1), prefix.slice(slash + 1)]
  const real = await realBelow(root, folder === '' ? [] : partsOf(folder.slice(0, -1)))
  if (real === undefined) return []
  const found = await fs.readdir(real, { withFileTypes: true }).catch(error => {
    if (error.code === 'ENOTDIR' || error.code === 'ENOENT') return []
    throw error
  })
  const wanted = found.filter(({ name }) => name.startsWith(start) && !TEMPORARY.test(name))
  const entries = await Promise.all(wanted.map(entry => entryAt(root, real, folder, entry)))
  return entries.filter(entry => entry !== undefined).sort((a, b) => (a.key < b.key ? -1 : 1))
}

async function entryAt(root: string, folder: string, location: string, entry: Dirent): Promise<Entry | undefined> {
  const path = join(folder, entry.name)
  const key = location + entry.name
  if (entry.isFile()) return { key, real: path }
  if (entry.isDirectory()) return { key: `${key}/`, real: path }
  if (!entry.isSymbolicLink()) return undefined
  const real = await fs.realpath(path).catch(() => undefined)
  if (real === undefined || !isWithin(root, real)) return undefined
  const stats = await fs.stat(real).catch(() => undefined)
  if (stats?.isDirectory()) return { key: `${key}/`, real }
  return stats?.isFile() ? { key, real } : undefined
}

/** Undefined when it went away meanwhile. */
async function objectOf({ key, real }: Entry): Promise<VolumeObject | undefined> {
  const stats = await fs.lstat(real, { bigint: true }).catch(() => undefined)
  if (!stats?.isFile()) return undefined
  return { location: key, size: Number(stats.size), etag: etagOf(stats), modified: Number(stats.mtimeMs) }
}
