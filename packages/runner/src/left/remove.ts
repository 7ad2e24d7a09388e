import { rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { LIMITS } from '../limits.ts'
import { codeOf, Folder, type Name } from './folder.ts'

/** Removes a folder that a job wrote, whatever the job did to names, links and permissions in it. Nothing is followed. */
export async function remove(path: string): Promise<void> {
  using parent = folderAt(dirname(path))
  const name = Buffer.from(basename(path))
  if (!parent?.has(name)) return
  if (!parent.stat(name).isDirectory()) return rmSync(path, { force: true })
  let removed = 0
  let deep = 0

  const empty = async (top: Folder, folder: Folder, depth: number): Promise<void> => {
    for (const inner of folder.names()) {
      if (++removed % LIMITS.entriesRemoved === 0) await setImmediate()
      if (unlinked(folder, inner)) continue
      if (depth >= LIMITS.foldersRemoved)
        folder.moveInto(
          inner,
          top,
          freeName(top, () => deep++),
        )
      else await removeFolder(top, folder, inner, depth)
    }
  }
  const removeFolder = async (top: Folder, folder: Folder, inner: Name, depth: number): Promise<void> => {
    using opened = folder.folder(inner)
    await empty(top, opened, depth + 1)
    folder.rmdir(inner)
  }

  using top = parent.folder(name)
  do await empty(top, top, 1)
  while (top.names().length > 0)
  parent.rmdir(name)
}

function folderAt(path: string): Folder | undefined {
  try {
    return Folder.at(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** False for a folder. */
function unlinked(folder: Folder, name: Name): boolean {
  try {
    folder.unlink(name)
    return true
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT') return true
    if (code === 'EISDIR' || (code === 'EPERM' && folder.stat(name).isDirectory())) return false
    throw error
  }
}

function freeName(folder: Folder, next: () => number): Name {
  for (;;) {
    const name = Buffer.from(`deep-${next()}`)
    if (!folder.has(name)) return name
  }
}
