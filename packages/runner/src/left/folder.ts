/**
 * The one door to what a job wrote. Everything below a job's work folder is hostile: a name may be any bytes, a folder may
 * have been exchanged for a link, a file for a pipe. So nothing here goes by a path of more than one name:
 *
 *   - a folder is held by a descriptor (O_PATH), and a name in it is looked up below that descriptor alone;
 *   - no link is ever followed: each look-up opens the entry itself (O_NOFOLLOW), whatever it is;
 *   - what an entry is, is asked of its descriptor, and its bytes are read, its mode is set, through that same descriptor
 *     (`/proc/self/fd`): an exchange of names in between changes nothing.
 *
 * Everything else that deals with such folders (manifest.ts, take.ts, remove.ts …) is made of these few calls. They are
 * synchronous: each costs some microseconds, a promise for each several times that.
 */
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  type Stats,
  unlinkSync,
} from 'node:fs'

/** Linux: a descriptor that names an entry and opens nothing. Node has no constant for it. */
const O_PATH = 0o10000000
const ENTRY = O_PATH | constants.O_NOFOLLOW

/** A name as the file system has it: bytes, no slash, not `.` or `..`. */
export type Name = Buffer

/** What was asked for is not there, or is not what it was said to be; the message names no path of this machine. */
export class LeftError extends Error {
  override name = 'LeftError'
}

export class Folder implements Disposable {
  readonly #descriptor: number

  private constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  /** A folder by a path of our own, no part of which a job can change. @throws LeftError when it is a link or no folder */
  static at(path: string): Folder {
    const folder = guarded(() => new Folder(openSync(path, ENTRY | constants.O_DIRECTORY)))
    folder.#open()
    return folder
  }

  /** @throws LeftError when the entry is a link or no folder */
  folder(name: Name): Folder {
    const folder = guarded(() => new Folder(openSync(this.#below(name), ENTRY | constants.O_DIRECTORY)))
    folder.#open()
    return folder
  }

  /** Any entry, itself. @throws LeftError when there is none */
  entry(name: Name): Entry {
    return guarded(() => new Entry(openSync(this.#below(name), ENTRY)))
  }

  /** What an entry is, a link itself. @throws LeftError when there is none */
  stat(name: Name): Stats {
    return guarded(() => lstatSync(this.#below(name)))
  }

  has(name: Name): boolean {
    return lstatSync(this.#below(name), { throwIfNoEntry: false }) !== undefined
  }

  /** Where a link leads, as it is written. */
  link(name: Name): Buffer {
    return guarded(() => readlinkSync(this.#below(name), { encoding: 'buffer' }))
  }

  /** Names in it, in no order. */
  names(): Name[] {
    return guarded(() => readdirSync(`/proc/self/fd/${this.#descriptor}`, { encoding: 'buffer' }))
  }

  /** Gives the entry a further name at a path of our own. */
  linkTo(name: Name, place: string): void {
    linkSync(this.#below(name), place)
  }

  /** Moves the entry to a path of our own. */
  moveTo(name: Name, place: string): void {
    renameSync(this.#below(name), place)
  }

  /** Moves the entry into another such folder. */
  moveInto(name: Name, other: Folder, as: Name): void {
    guarded(() => renameSync(this.#below(name), other.#below(as)))
  }

  /** Removes an entry that is no folder. */
  unlink(name: Name): void {
    guarded(() => unlinkSync(this.#below(name)))
  }

  /** Removes an empty folder; a link is none. */
  rmdir(name: Name): void {
    guarded(() => rmdirSync(this.#below(name)))
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor)
  }

  /** A folder of ours that a job took our rights from gets them back. */
  #open(): void {
    const { mode, uid } = fstatSync(this.#descriptor)
    if ((mode & 0o700) === 0o700 || uid !== process.getuid?.()) return
    guarded(() => chmodSync(`/proc/self/fd/${this.#descriptor}`, 0o755))
  }

  #below(name: Name): Buffer {
    if (name.length === 0 || name.includes('/') || name.equals(DOT) || name.equals(DOTS)) {
      throw new LeftError(`${escaped(name)} is no name of an entry`)
    }
    return Buffer.concat([Buffer.from(`/proc/self/fd/${this.#descriptor}/`), name])
  }
}

/** One entry of a folder, held by a descriptor: whatever becomes of its name, this stays the same one. */
export class Entry implements Disposable {
  readonly #descriptor: number
  readonly stats: Stats

  constructor(descriptor: number) {
    this.#descriptor = descriptor
    this.stats = fstatSync(descriptor)
  }

  /**
   * Opens a regular file for reading; the descriptor is the caller's to close. A file that its owner made unreadable is opened
   * to its owner first, unless it has other names too.
   * @throws LeftError for what is no regular file
   */
  read(): number {
    if (this.stats.isSymbolicLink()) throw new LeftError('a symbolic link')
    if (!this.stats.isFile()) throw new LeftError('not a regular file')
    const path = `/proc/self/fd/${this.#descriptor}`
    const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY
    try {
      return openSync(path, flags)
    } catch (error) {
      if (codeOf(error) !== 'EACCES' || this.stats.nlink !== 1) throw clean(error)
      return guarded(() => {
        chmodSync(path, 0o644)
        return openSync(path, flags)
      })
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor)
  }
}

const DOT = Buffer.from('.')
const DOTS = Buffer.from('..')

/** The names of a path relative to a folder, as the manifest has it. */
export function namesOf(path: string): Name[] {
  return path.split('/').map(name => Buffer.from(name))
}

/** Goes from one folder down to the one that a path's last name is in, and gives that name to `use`. */
export function within<T>(root: Folder, path: string, use: (folder: Folder, name: Name) => T): T {
  const names = namesOf(path)
  const last = names.pop()!
  const opened: Folder[] = []
  try {
    let folder = root
    for (const name of names) {
      folder = folder.folder(name)
      opened.push(folder)
    }
    return use(folder, last)
  } finally {
    for (const folder of opened) folder[Symbol.dispose]()
  }
}

/** A name for a message: what is not UTF-8, and what a terminal would not show, as `\xNN`. */
export function escaped(name: Uint8Array): string {
  const text = Buffer.from(name).toString()
  if (isText(name) && !/[\p{C}\\]/u.test(text)) return text
  return Array.from(name, byte =>
    byte > 0x20 && byte < 0x7f && byte !== 0x5c ? String.fromCharCode(byte) : hex(byte),
  ).join('')
}

function hex(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`
}

/** True when the bytes are UTF-8: text that becomes the same bytes again. */
export function isText(name: Uint8Array): boolean {
  return Buffer.from(Buffer.from(name).toString()).equals(name)
}

export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code
}

function guarded<T>(call: () => T): T {
  try {
    return call()
  } catch (error) {
    throw clean(error)
  }
}

const REASONS: { [code: string]: string } = {
  ENOENT: 'there is no such entry',
  ELOOP: 'a symbolic link',
  ENOTDIR: 'a link or a file where a folder was expected',
  EACCES: 'it can not be read',
  EPERM: 'it can not be read',
  ENAMETOOLONG: 'its name is too long',
}

/** Node's messages have paths of this machine in them. */
function clean(error: unknown): unknown {
  const code = codeOf(error)
  if (error instanceof LeftError || code === undefined) return error
  return Object.assign(new LeftError(REASONS[code] ?? `the file system says ${code}`), { code })
}
