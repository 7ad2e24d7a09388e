import { posix } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { LIMITS } from '../limits.ts'
import type { ManifestEntry } from '../specification.ts'
import { escaped, Folder, isText, LeftError, type Name } from './folder.ts'

export interface ManifestOptions {
  /** the work folder as the job saw it: links lead from there */
  seen: string
  /** entries that there may be; more are refused */
  most: number
}

/**
 * What lies below a work folder, sorted by path, nothing followed. Links are given with the absolute path that they lead to
 * as the job saw it. Sockets, pipes and devices are left out. An entry whose name is not UTF-8 is there by its escaped name,
 * with a `fault`: names are text everywhere else, and it can't be had by that one.
 * @throws LeftError for more than `most` entries, or folders nested deeper than 256
 */
export async function manifestOf(root: string, options: ManifestOptions): Promise<ManifestEntry[]> {
  const entries: ManifestEntry[] = []
  let seen = 0

  const walk = async (folder: Folder, path: string, depth: number): Promise<void> => {
    if (depth > LIMITS.foldersListed)
      throw new LeftError(`the job left folders nested deeper than ${LIMITS.foldersListed}`)
    for (const name of folder.names()) {
      if (++seen > options.most) throw new LeftError(`the job left more than ${options.most} files and folders`)
      if (seen % LIMITS.entriesListed === 0) await setImmediate()
      const entry = entryOf(folder, name, path, options.seen)
      if (!entry) continue
      entries.push(entry)
      if (entry.type !== 'directory' || entry.fault) continue
      using inner = folder.folder(name)
      await walk(inner, entry.path, depth + 1)
    }
  }
  using folder = Folder.at(root)
  await walk(folder, '', 1)
  return entries.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

function entryOf(folder: Folder, name: Name, within: string, seen: string): ManifestEntry | undefined {
  const stats = folder.stat(name)
  const isPlain = isText(name)
  const text = isPlain ? name.toString() : escaped(name)
  const path = within ? `${within}/${text}` : text
  const common = { path, ...(isPlain ? {} : { fault: `its name is not UTF-8: ${path}` }) }
  if (stats.isSymbolicLink()) {
    const target = folder.link(name)
    const fault = common.fault ?? (isText(target) ? undefined : `the link ${path} leads to a name that is not UTF-8`)
    const absolute = posix.resolve(seen, within, target.toString())
    return { ...common, type: 'link', size: 0, executable: false, target: absolute, ...(fault ? { fault } : {}) }
  }
  if (stats.isDirectory()) return { ...common, type: 'directory', size: 0, executable: true }
  if (!stats.isFile()) return undefined
  return { ...common, type: 'file', size: stats.size, executable: (stats.mode & 0o100) !== 0 }
}
