import { closeSync, createReadStream, lstatSync, readSync, rmSync, type Stats } from 'node:fs'
import type { Readable } from 'node:stream'
import { codeOf, type Entry, Folder, LeftError, type Name, namesOf } from './folder.ts'

/** Which file it is, whatever its names are. */
export interface Identity {
  device: number
  inode: number
}

/** Some bytes of a file, and which file it was. */
export interface Piece extends Identity {
  size: number
  bytes: Uint8Array
}

/** A regular file that a job left, open: its bytes are those of this one file, whatever becomes of the name. */
export class LeftFile implements Disposable {
  readonly stats: Stats
  readonly descriptor: number
  readonly #folder: Folder
  readonly #name: Name
  readonly #entry: Entry

  private constructor(folder: Folder, name: Name) {
    this.#folder = folder
    this.#name = name
    this.#entry = folder.entry(name)
    this.stats = this.#entry.stats
    try {
      this.descriptor = this.#entry.read()
    } catch (error) {
      this.#entry[Symbol.dispose]()
      throw error
    }
  }

  /**
   * Opens the file at a path below a folder that a job wrote.
   * @param root path of that folder, which is ours
   * @throws LeftError when there is none, or a link on the way
   */
  static open(root: string, path: string): LeftFile {
    const names = namesOf(path)
    const last = names.pop()!
    let folder = Folder.at(root)
    try {
      for (const name of names) {
        const inner = folder.folder(name)
        folder[Symbol.dispose]()
        folder = inner
      }
      return new LeftFile(folder, last)
    } catch (error) {
      folder[Symbol.dispose]()
      throw error
    }
  }

  is({ device, inode }: Identity): boolean {
    return this.stats.dev === device && this.stats.ino === inode
  }

  /** Up to `limit` bytes from the start, or from the end. */
  piece(limit: number, from: 'start' | 'end' = 'start'): Piece {
    const { size, dev, ino } = this.stats
    const bytes = Buffer.alloc(Math.max(0, Math.min(limit, size)))
    const begin = from === 'start' ? 0 : size - bytes.length
    let length = 0
    while (length < bytes.length) {
      const read = readSync(this.descriptor, bytes, length, bytes.length - length, begin + length)
      if (read === 0) break
      length += read
    }
    return { device: dev, inode: ino, size, bytes: bytes.subarray(0, length) }
  }

  stream(): Readable {
    return createReadStream('', { fd: this.descriptor, autoClose: false, start: 0, highWaterMark: 256 * 1024 })
  }

  /**
   * Gives the file a second name at a path of ours; false where that can't be (another file system, too many names), or where
   * it has other names already.
   */
  linkTo(place: string): boolean {
    if (this.stats.nlink !== 1) return false
    try {
      this.#folder.linkTo(this.#name, place)
    } catch (error) {
      if (['EXDEV', 'EPERM', 'EMLINK'].includes(codeOf(error) ?? '')) return false
      throw error
    }
    const { dev, ino } = lstatSync(place)
    if (this.is({ device: dev, inode: ino })) return true
    rmSync(place)
    throw new LeftError('it was exchanged for another file')
  }

  [Symbol.dispose](): void {
    closeSync(this.descriptor)
    this.#entry[Symbol.dispose]()
    this.#folder[Symbol.dispose]()
  }
}
