import { constants, createReadStream, fchmodSync, fchownSync, fsync, futimesSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import type { LeftFile } from '@reprise/runner'
import { withConcurrency } from '../concurrency.ts'
import { failpoint } from '../failpoints.ts'
import { type DiskSpace, Grant } from './disk-space.ts'
import type { Store } from './store.ts'
import { writeAll } from './write.ts'

/** 1980-01-01, the oldest time that every archive format can hold: a file's time must not tell when it was stored. */
const MODIFIED = 315_532_800

/**
 * A folder as the store: `<folder>/<last two characters of the id>/<id>`, modes 0444 and 0555 (what a job made
 * executable). The order of writing is: bytes under a temporary name, sync, final name, sync of the folder; so a name in
 * the store always has all of its bytes, and a caller may commit the row as soon as a call has resolved.
 */
export class FolderStore implements Store {
  readonly #folder: string
  readonly #room: DiskSpace

  /** @param room asked before anything is copied into the folder */
  constructor(folder: string, room: DiskSpace) {
    this.#folder = folder
    this.#room = room
  }

  async adopt(id: string, path: string): Promise<void> {
    const file = await fs.open(path, constants.O_RDWR | constants.O_NOFOLLOW)
    try {
      await seal(file, false)
      await rename(path, await this.#place(id))
    } catch (error) {
      if (!isError(error, 'EXDEV')) throw error
      await this.write(id, file.createReadStream({ start: 0, autoClose: false }))
      await fs.rm(path)
    } finally {
      await file.close()
    }
    await syncFolder(dirname(this.#path(id)))
  }

  async moveInFromJob(id: string, file: LeftFile): Promise<void> {
    const executable = (file.stats.mode & 0o100) !== 0
    const linked = file.stats.nlink === 1 && (await this.#link(id, file, executable))
    if (!linked) await this.#write(id, file.stream(), executable)
  }

  async write(id: string, data: Uint8Array | Readable, size?: number): Promise<number> {
    return await this.#write(id, data, false, size)
  }

  read(id: string, range?: { start: number; end: number }): Readable {
    return createReadStream(this.#path(id), { ...range, highWaterMark: 256 * 1024 })
  }

  async materialise(id: string): Promise<string> {
    return this.#path(id)
  }

  async remove(id: string): Promise<void> {
    failpoint('before-free')
    await fs.rm(this.#path(id), { force: true })
    failpoint('after-free')
  }

  #path(id: string): string {
    return join(this.#folder, id.slice(-2), id)
  }

  async #place(id: string): Promise<string> {
    const path = this.#path(id)
    await fs.mkdir(dirname(path), { recursive: true })
    return path
  }

  /** False where it has to be copied. The file is sealed while it still has one name only: no other file can be meant. */
  async #link(id: string, file: LeftFile, executable: boolean): Promise<boolean> {
    const place = await this.#place(id)
    const temporary = `${place}.new`
    await fs.rm(temporary, { force: true })
    await sealLeft(file, executable)
    if (!file.linkTo(temporary)) return false
    await rename(temporary, place)
    await syncFolder(dirname(place))
    return true
  }

  async #write(id: string, data: Uint8Array | Readable, executable: boolean, size = 0): Promise<number> {
    const place = await this.#place(id)
    const temporary = `${place}.new`
    await fs.rm(temporary, { force: true })
    const file = await fs.open(temporary, 'wx', 0o600)
    const grant = new Grant(this.#room)
    try {
      await grant.ensure(data instanceof Uint8Array ? data.length : size)
      const written = await writeAll(file, data, grant)
      await seal(file, executable)
      await rename(temporary, place)
      await syncFolder(dirname(place))
      return written
    } catch (error) {
      await fs.rm(temporary, { force: true })
      throw error
    } finally {
      grant.end()
      await file.close()
    }
  }
}

/** The folders that a store's files lie in. */
export async function shards(store: string): Promise<string[]> {
  const names = await fs.readdir(store).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return names.map(name => join(store, name))
}

/** The content's id that a name in such a folder is about; it may still be written. */
export function idOf(name: string): string {
  return name.replace(/\.new$/, '')
}

/** Final mode, owner and time, and everything on the disk. */
async function seal(file: fs.FileHandle, executable: boolean): Promise<void> {
  if (process.getuid?.() === 0) await file.chown(0, 0)
  await file.chmod(executable ? 0o555 : 0o444)
  await file.utimes(MODIFIED, MODIFIED)
  const { size } = await file.stat()
  await (size > LARGE ? oneOfFew(() => file.sync()) : file.sync())
}

/**
 * The process has four threads for all that it asks of the disk. A sync of a large file holds one for as long as the disk takes
 * to write it, so that the outputs of one job could stop everything else.
 */
const LARGE = 16 * 2 ** 20
const oneOfFew = withConcurrency(1)
const sync = promisify(fsync)

async function sealLeft({ descriptor, stats }: LeftFile, executable: boolean): Promise<void> {
  if (process.getuid?.() === 0) fchownSync(descriptor, 0, 0)
  fchmodSync(descriptor, executable ? 0o555 : 0o444)
  futimesSync(descriptor, MODIFIED, MODIFIED)
  await (stats.size > LARGE ? oneOfFew(() => sync(descriptor)) : sync(descriptor))
}

async function rename(from: string, to: string): Promise<void> {
  failpoint('before-rename')
  await fs.rename(from, to)
  failpoint('after-rename')
}

async function syncFolder(path: string): Promise<void> {
  const folder = await fs.open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function isError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
