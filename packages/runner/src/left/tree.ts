import { fchownSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { LeftFile } from './file.ts'
import { codeOf, Folder, isText, LeftError, type Name, within } from './folder.ts'

export interface Listed {
  name: string
  type: 'file' | 'directory'
  /** bytes, of a file */
  size: number
}

/**
 * A folder of ours with what jobs wrote in it, by paths relative to it. Links, and what is neither file nor folder, are not there;
 * a name that is not UTF-8 fails what lists it.
 */
export class LeftTree {
  readonly root: string

  /** @param root path of the folder; no part of it can a job change */
  constructor(root: string) {
    this.root = root
  }

  /** A path relative to the root, when `path` lies below it. */
  inside(path: string): string | undefined {
    return path.startsWith(`${this.root}/`) ? path.slice(this.root.length + 1) : undefined
  }

  /** The regular file at a path, open. @throws LeftError */
  open(path: string): LeftFile {
    return LeftFile.open(this.root, path)
  }

  /** What is at a path; undefined when nothing is. */
  at(path: string): Listed | undefined {
    using root = Folder.at(this.root)
    try {
      return within(root, path, listed)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined
      throw error
    }
  }

  /** The entries of a folder, sorted by name. @throws LeftError */
  list(path: string): Listed[] {
    using root = Folder.at(this.root)
    return within(root, path, (folder, name) => {
      using inner = folder.folder(name)
      const entries = inner.names().map(each => listed(inner, each))
      return entries.filter(entry => entry !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1))
    })
  }

  /** Moves a file or folder to a path of ours. @throws LeftError when it is neither */
  moveTo(path: string, place: string): void {
    using root = Folder.at(this.root)
    within(root, path, (folder, name) => {
      if (!listed(folder, name)) throw new LeftError('neither a file nor a folder')
      folder.moveTo(name, place)
    })
  }

  /** Brings a file to a path of a user's, owned by this process's user: by a link where it can, else by a copy. */
  async deliver(path: string, place: string): Promise<void> {
    using file = this.open(path)
    const [user, group] = [process.getuid?.(), process.getgid?.()]
    if (user === 0 && group !== undefined && file.stats.nlink === 1) fchownSync(file.descriptor, user, group)
    if (file.linkTo(place)) return
    await fs.copyFile(`/proc/self/fd/${file.descriptor}`, place, fs.constants.COPYFILE_FICLONE)
  }
}

function listed(folder: Folder, name: Name): Listed | undefined {
  const stats = folder.stat(name)
  if (!stats.isFile() && !stats.isDirectory()) return undefined
  if (!isText(name)) throw new LeftError('the name of an entry is not UTF-8')
  return { name: name.toString(), type: stats.isFile() ? 'file' : 'directory', size: stats.size }
}
