import { open, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Directory, type File, type FileAccess, pathOfUri } from '@reprise/cwl'
import type { Listed } from '@reprise/runner'
import type { WorkArea } from './work-area.ts'

/** Files of this machine, by `file:` locations: those of the user, where links are followed. */
const localFiles: FileAccess = {
  async read(location, limit) {
    const handle = await open(pathOf(location))
    try {
      const buffer = Buffer.alloc(Math.min(limit, (await handle.stat()).size))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  },
  async list(location) {
    const folder = pathOf(location)
    const names = (await readdir(folder)).sort()
    const entries = await Promise.all(names.map(name => entryAt(join(folder, name))))
    return entries.filter(entry => entry !== undefined)
  },
  async sibling(file, basename) {
    return file.location === undefined ? undefined : entryAt(join(dirname(pathOf(file.location)), basename))
  },
  async size(location) {
    const info = await stat(pathOf(location)).catch(error => {
      throw error.code === 'ENOENT' ? new Error('there is no such file') : error
    })
    if (info.isDirectory()) throw new Error('it is a folder, not a file')
    return info.size
  },
}

/** Files of this machine, by `file:` locations; in what jobs left no link is followed. */
export function filesOf(area: WorkArea): FileAccess {
  const { kept } = area
  const inside = (location: string | undefined) => (location === undefined ? undefined : kept.inside(pathOf(location)))
  const entry = (folder: string, { name, type, size }: Listed): File | Directory => {
    const location = pathToFileURL(join(kept.root, folder, name)).href
    return type === 'file'
      ? { class: 'File', location, basename: name, size }
      : { class: 'Directory', location, basename: name }
  }
  return {
    async read(location, limit) {
      const path = inside(location)
      if (path === undefined) return localFiles.read(location, limit)
      using file = kept.open(path)
      return file.piece(limit).bytes
    },
    async list(location) {
      const path = inside(location)
      if (path === undefined) return localFiles.list(location)
      return kept.list(path).map(listed => entry(path, listed))
    },
    async sibling(file, basename) {
      const path = inside(file.location)
      if (path === undefined) return localFiles.sibling(file, basename)
      const folder = dirname(path)
      // beside what was moved here by itself lie other files of other jobs
      if (folder === '.') return undefined
      const found = kept.at(join(folder, basename))
      return found && entry(folder, found)
    },
    async size(location) {
      const path = inside(location)
      if (path === undefined) return localFiles.size(location)
      const found = kept.at(path)
      if (found?.type !== 'file') throw new Error('there is no such file')
      return found.size
    },
  }
}

export function pathOf(location: string): string {
  if (!location.startsWith('file:')) throw new Error(`${location} is no file of this machine`)
  return pathOfUri(location)
}

async function entryAt(path: string): Promise<File | Directory | undefined> {
  const info = await stat(path).catch(() => undefined)
  if (!info) return undefined
  const location = pathToFileURL(path).href
  const basename = path.slice(path.lastIndexOf('/') + 1)
  if (info.isDirectory()) return { class: 'Directory', location, basename }
  return { class: 'File', location, basename, size: info.size }
}
