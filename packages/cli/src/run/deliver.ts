import { createHash } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { chown, copyFile, link, lstat, mkdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { pathToFileURL } from 'node:url'
import {
  type Directory,
  type Entry,
  type File,
  type FileAccess,
  isDirectory,
  mapEntries,
  nameOf,
  splitName,
  type Values,
} from '@reprise/cwl'
import { pathOf } from './files.ts'
import type { WorkArea } from './work-area.ts'

/**
 * Brings the outputs of a run into the output folder. Files of the run's own work area come by hard link where that can
 * be, all others are copied. A name that is taken gets a number: no output replaces another, or what was there before.
 */
export class Deliver {
  readonly #folder: string
  readonly #area: WorkArea
  readonly #files: FileAccess
  readonly #taken = new Set<string>()

  constructor(folder: string, area: WorkArea, files: FileAccess) {
    this.#folder = resolve(folder)
    this.#area = area
    this.#files = files
  }

  async all(outputs: Values): Promise<Values> {
    await mkdir(this.#folder, { recursive: true })
    return (await mapEntries(outputs, entry => this.#place(entry, this.#folder))) as Values
  }

  /** An entry and its secondary files, side by side under names that are all free. */
  async #place(entry: Entry, folder: string): Promise<Entry> {
    const name = await this.#freeName(nameOf(entry), folder)
    if (isDirectory(entry)) return this.#placeDirectory(entry, join(folder, name))
    const file = await this.#placeFile(entry, join(folder, name))
    if (!entry.secondaryFiles) return file
    const others: Entry[] = []
    for (const other of entry.secondaryFiles) others.push(await this.#place(other, folder))
    return { ...file, secondaryFiles: others }
  }

  async #placeFile(file: File, path: string): Promise<File> {
    if (file.location === undefined) {
      await copyFile(await this.#area.text(file.contents ?? ''), path)
    } else {
      await this.#bring(pathOf(file.location), path)
    }
    const basename = path.slice(path.lastIndexOf('/') + 1)
    const { contents: _, dirname: _dirname, ...rest } = file
    return {
      ...rest,
      location: pathToFileURL(path).href,
      path,
      basename,
      ...splitName(basename),
      size: (await stat(path)).size,
      checksum: `sha1$${await sha1(path)}`,
    }
  }

  async #placeDirectory(directory: Directory, path: string): Promise<Directory> {
    await mkdir(path, { recursive: true })
    const { location } = directory
    const entries = directory.listing ?? (location === undefined ? [] : await this.#files.list(location))
    const listing: Entry[] = []
    for (const entry of entries) listing.push(await this.#place(entry, path))
    const basename = path.slice(path.lastIndexOf('/') + 1)
    return { ...directory, location: pathToFileURL(path).href, path, basename, listing }
  }

  async #bring(source: string, target: string): Promise<void> {
    if (source.startsWith(`${this.#area.folder}/`)) {
      const linked = await link(source, target).then(
        () => true,
        () => false,
      )
      if (linked) return own(target)
    }
    await copyFile(source, target, constants.COPYFILE_FICLONE)
  }

  async #freeName(name: string, folder: string): Promise<string> {
    const { nameroot, nameext } = splitName(name)
    for (let n = 1; ; n++) {
      const candidate = n === 1 ? name : `${nameroot}_${n}${nameext}`
      const path = join(folder, candidate)
      if (this.#taken.has(path)) continue
      this.#taken.add(path)
      if (await lstat(path).catch(() => undefined)) continue
      return candidate
    }
  }
}

/** What a job left may belong to the user that jobs run as. */
async function own(path: string): Promise<void> {
  const [user, group] = [process.getuid?.(), process.getgid?.()]
  if (user === 0 && group !== undefined) await chown(path, user, group)
}

async function sha1(path: string): Promise<string> {
  const hash = createHash('sha1')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
