import { open, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Directory, File, FileAccess } from '@reprise/cwl'

/** Files of this machine, by `file:` locations. */
export const localFiles: FileAccess = {
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
    return (await stat(pathOf(location))).size
  },
}

export function pathOf(location: string): string {
  if (!location.startsWith('file:')) throw new Error(`${location} is no file of this machine`)
  return fileURLToPath(location)
}

async function entryAt(path: string): Promise<File | Directory | undefined> {
  const info = await stat(path).catch(() => undefined)
  if (!info) return undefined
  const location = pathToFileURL(path).href
  const basename = path.slice(path.lastIndexOf('/') + 1)
  if (info.isDirectory()) return { class: 'Directory', location, basename }
  return { class: 'File', location, basename, size: info.size }
}
