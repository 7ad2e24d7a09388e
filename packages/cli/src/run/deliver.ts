import { createHash } from 'node:crypto'
import { constants, createReadStream, lstatSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { pathToFileURL } from 'node:url'
import {
  type Directory,
  type Entry,
  entriesIn,
  type File,
  type FileAccess,
  isDirectory,
  mapEntries,
  nameOf,
  splitName,
  type Values,
} from '@reprise/cwl'
import { LIMITS } from '../limits.ts'
import { pathOf } from './files.ts'
import type { WorkArea } from './work-area.ts'

/**
 * Brings the outputs of a run into the output folder. Files of the run's own work area come by hard link where that can
 * be, all others are copied. A name that is taken gets a number: no output replaces another, or what was there before. Small
 * calls are synchronous: a promise for each costs several times the call.
 */
export class Deliver {
  readonly #folder: string
  readonly #area: WorkArea
  readonly #files: FileAccess
  readonly #taken = new Set<string>()
  /** by path, the number that was free last */
  readonly #numbers = new Map<string, number>()
  readonly #placed = new Map<string, Promise<Entry>>()
  /** by the file, all that some output has beside it */
  readonly #beside = new Map<string, Map<string, Entry>>()

  constructor(folder: string, area: WorkArea, files: FileAccess) {
    this.#folder = resolve(folder)
    this.#area = area
    this.#files = files
  }

  async all(outputs: Values): Promise<Values> {
    mkdirSync(this.#folder, { recursive: true })
    for (const entry of entriesIn(outputs)) this.#gather(entry)
    return (await mapEntries(outputs, entry => this.#once(entry))) as Values
  }

  /** What belongs to a file by any output that names it has its place beside it. */
  #gather(entry: Entry): void {
    if (isDirectory(entry) || entry.location === undefined) return
    const others = this.#beside.get(keyOf(entry)) ?? new Map<string, Entry>()
    for (const other of entry.secondaryFiles ?? []) others.set(keyOf(other), other)
    this.#beside.set(keyOf(entry), others)
  }

  /** What several outputs name is there once; each output says of it what it says itself. */
  async #once(entry: Entry): Promise<Entry> {
    if (entry.location === undefined) return this.#place(entry, this.#folder)
    const key = keyOf(entry)
    const others = [...(this.#beside.get(key)?.values() ?? [])]
    const whole = isDirectory(entry) || others.length === 0 ? entry : { ...entry, secondaryFiles: others }
    const placed = this.#placed.get(key) ?? this.#place(whole, this.#folder)
    this.#placed.set(key, placed)
    return isDirectory(entry) ? placed : said(entry, (await placed) as File, others)
  }

  /** An entry and its secondary files, side by side under names that are all free and still belong together. */
  async #place(entry: Entry, folder: string): Promise<Entry> {
    const others = isDirectory(entry) ? [] : (entry.secondaryFiles ?? [])
    const [name = '', ...otherNames] = this.#freeNames([entry, ...others].map(nameOf), folder)
    if (isDirectory(entry)) return this.#placeDirectory(entry, join(folder, name))
    const file = await this.#placeFile(entry, join(folder, name))
    if (others.length === 0) return file
    const secondaryFiles: Entry[] = []
    for (const [index, other] of others.entries()) {
      const path = join(folder, otherNames[index]!)
      secondaryFiles.push(
        isDirectory(other) ? await this.#placeDirectory(other, path) : await this.#placeFile(other, path),
      )
    }
    return { ...file, secondaryFiles }
  }

  async #placeFile(file: File, path: string): Promise<File> {
    if (file.location === undefined) {
      await copyFile(this.#area.text(file.contents ?? ''), path)
    } else {
      await this.#bring(pathOf(file.location), path)
    }
    const basename = path.slice(path.lastIndexOf('/') + 1)
    const { contents: _, dirname: _dirname, ...rest } = file
    const { size } = statSync(path)
    return {
      ...rest,
      location: pathToFileURL(path).href,
      path,
      basename,
      ...splitName(basename),
      size,
      checksum: `sha1$${await sha1(path, size)}`,
    }
  }

  async #placeDirectory(directory: Directory, path: string): Promise<Directory> {
    mkdirSync(path, { recursive: true })
    const { location } = directory
    const entries = directory.listing ?? (location === undefined ? [] : await this.#files.list(location))
    const listing: Entry[] = []
    for (const entry of entries) listing.push(await this.#place(entry, path))
    const basename = path.slice(path.lastIndexOf('/') + 1)
    return { ...directory, location: pathToFileURL(path).href, path, basename, listing }
  }

  async #bring(source: string, target: string): Promise<void> {
    const kept = this.#area.kept.inside(source)
    if (kept === undefined) await copyFile(source, target, constants.COPYFILE_FICLONE)
    else await this.#area.kept.deliver(kept, target)
  }

  /** The names, or when one of them is taken, all with a number behind the root of the first. */
  #freeNames(names: string[], folder: string): string[] {
    const { nameroot } = splitName(names[0]!)
    const wanted = join(folder, names[0]!)
    for (let n = this.#numbers.get(wanted) ?? 1; ; n++) {
      const candidates = names.map(name => (n === 1 ? name : numbered(name, nameroot, n)))
      const paths = candidates.map(name => join(folder, name))
      if (paths.some(path => this.#taken.has(path))) continue
      for (const path of paths) this.#taken.add(path)
      this.#numbers.set(wanted, n + 1)
      if (paths.every(path => lstatSync(path, { throwIfNoEntry: false }) === undefined)) return candidates
    }
  }
}

function keyOf(entry: Entry): string {
  return JSON.stringify([entry.location ?? entry, nameOf(entry)])
}

/** A file where it was placed, with the format, metadata and secondary files that one output has for it. */
function said(file: File, placed: File, others: Entry[]): File {
  const { format, metadata, secondaryFiles } = file
  const { format: _, metadata: _metadata, secondaryFiles: _others, ...rest } = placed
  const places = new Map(others.map((other, index) => [keyOf(other), placed.secondaryFiles?.[index]]))
  return {
    ...rest,
    ...(format === undefined ? {} : { format }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(secondaryFiles ? { secondaryFiles: secondaryFiles.map(other => ({ ...places.get(keyOf(other))! })) } : {}),
  }
}

/** `x.bam` → `x_2.bam`, and `x.bam.bai` beside it → `x_2.bam.bai`. */
function numbered(name: string, nameroot: string, n: number): string {
  if (name.startsWith(nameroot)) return `${nameroot}_${n}${name.slice(nameroot.length)}`
  const own = splitName(name)
  return `${own.nameroot}_${n}${own.nameext}`
}

async function sha1(path: string, size: number): Promise<string> {
  const hash = createHash('sha1')
  if (size <= LIMITS.smallFile) hash.update(readFileSync(path))
  else await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
