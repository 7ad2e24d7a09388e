import { type BigIntStats, constants } from 'node:fs'
import * as fs from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { VolumeError } from './volume-store.ts'

/** True when `path` is `folder` or lies below it; both real. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way === '' || (!isAbsolute(way) && way !== '..' && !way.startsWith(`..${sep}`))
}

/**
 * The real path of a volume's folder, when it lies in one that the operator allowed and has nothing to do with the data
 * folder. Rejects with VolumeError `out-of-reach`.
 */
export async function allowedFolder(
  path: string,
  { allowed, forbidden }: { allowed: string[]; forbidden: string },
): Promise<string> {
  if (!isAbsolute(path) || path.includes('\0')) throw out('the path of the folder must be absolute')
  // what is not there is refused as what is not allowed: the difference is nobody's business
  const real = await fs.realpath(path).catch(() => undefined)
  const roots = await Promise.all(allowed.map(root => fs.realpath(root).catch(() => undefined)))
  if (!real || !roots.some(root => root !== undefined && isWithin(root, real))) {
    throw out('there is no such folder among those that the operator of the server allowed (--allow-path)')
  }
  const data = await fs.realpath(forbidden).catch(() => forbidden)
  if (isWithin(data, real) || isWithin(real, data)) throw out("the server's data folder can't lie on a volume")
  if (!(await fs.stat(real)).isDirectory()) throw out('the path is not a folder')
  return real
}

/** The parts of a location, none of which may lead upwards. */
export function partsOf(location: string): string[] {
  const parts = location.split('/')
  if (parts.some(part => part === '' || part === '.' || part === '..') || location.includes('\0')) {
    throw out('the location leads nowhere: between its slashes ".", ".." and nothing at all are not allowed')
  }
  return parts
}

/** The real path of something below `root` that is there; undefined when it is not. Links may not lead out of it. */
export async function realBelow(root: string, parts: string[]): Promise<string | undefined> {
  const real = await fs.realpath(join(root, ...parts)).catch(error => {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(error.code)) return undefined
    throw error.code === 'EACCES'
      ? new VolumeError('no-read', 'the server may not read there')
      : out('a link leads nowhere')
  })
  if (real !== undefined && !isWithin(root, real)) throw out('a link leads out of the folder of the volume')
  return real
}

/**
 * Opens a regular file below `root`. Its path is made real first, and what was opened is looked at again: a name that was
 * swapped for a link in between leads nowhere.
 */
export async function openBelow(
  root: string,
  parts: string[],
): Promise<{ file: fs.FileHandle; stats: BigIntStats } | undefined> {
  const real = await realBelow(root, parts)
  if (real === undefined) return undefined
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await fs.open(real, flags).catch(error => {
    if (error.code === 'ENOENT') return undefined
    if (error.code === 'EACCES') throw new VolumeError('no-read', 'the server may not read the file')
    throw out('the location is not a regular file')
  })
  if (!file) return undefined
  try {
    const opened = await fs.readlink(`/proc/self/fd/${file.fd}`)
    if (!isWithin(root, opened)) throw out('a link leads out of the folder of the volume')
    const stats = await file.stat({ bigint: true })
    if (stats.isFile()) return { file, stats }
    await file.close()
    return undefined
  } catch (error) {
    // the reason why it is closed is the one to tell
    await file.close().catch(() => undefined)
    throw error
  }
}

function out(message: string): VolumeError {
  return new VolumeError('out-of-reach', message)
}
