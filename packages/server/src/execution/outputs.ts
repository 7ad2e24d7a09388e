import { join, posix } from 'node:path'
import {
  type Directory,
  type File,
  JobFailure,
  type JobPlan,
  nameOf,
  pathOfUri,
  type Value,
  type Values,
} from '@reprise/cwl'
import type { Left as LeftFiles, ManifestEntry, View } from '@reprise/runner'
import { withConcurrency } from '../concurrency.ts'
import { folderLocation, isContent, isFolder, locationOf } from '../domain/locations.ts'
import { moreThan, STANDARD } from '../limits/limits.ts'
import type { Contents, NewContent } from '../storage/contents.ts'
import { Inodes } from '../storage/inodes.ts'
import { type HeldContents, locationsIn } from './held-contents.ts'
import { inParts } from './in-parts.ts'

/** Files of one job that enter the storage at one time. */
const AT_ONCE = 8
/** Links that one path may lead through, as on Linux. */
const LINKS = 40
/** Folders in folders, lists in lists. */
const DEPTH = 200
/** Entries of folders that links may add to those that there are. */
const LISTED = 100_000
/** The work folder itself. */
const ROOT: ManifestEntry = { path: '', type: 'directory', size: 0, executable: true }

export interface Left {
  plan: Pick<JobPlan, 'path' | 'stage' | 'inputs'>
  /** where the bytes are; without them nothing can be taken */
  files?: LeftFiles
  view: View
  manifest: ManifestEntry[]
  /** of the task: no other content comes out of a job */
  held: Pick<HeldContents, 'has'>
}

/** Where the files of outputs enter; literals alone need no way for what lies in a work folder. */
type Literal = Pick<Contents, 'addBytes'> & Partial<Pick<Contents, 'addFromJob'>>

/** Outputs whose files have a lasting `location`, and the contents that have to be held for them. */
export interface Taken {
  outputs: Values
  contents: NewContent[]
}

/**
 * Brings the files of a job's outputs into the storage. Which bytes may enter is decided by the manifest alone, which was
 * read, following nothing, when every process of the job was dead: a regular file below the work folder, reached through
 * real folders; or what a link leads to, when that is such a file again or an input of the job. Everything else, a link to
 * anywhere else above all, and a name that is none, fails the job with a message that says so. Literals (`contents` without
 * a place) enter as they are; what lies in the storage already stays there. Each file enters once, however often it is named.
 */
export async function takeOutputs(
  contents: Contents,
  left: Left,
  outputs: Values,
  most = STANDARD['output-files'],
): Promise<Taken> {
  const taker = new Taker(contents, left, most, () => locationsIn(left.plan.inputs))
  const taken = await taker.values(outputs)
  return { outputs: taken, contents: taker.contents }
}

/** The same for values that no process made: literals enter the storage, everything else must be the task's already. */
export async function takeLiterals(
  contents: Literal,
  held: Pick<HeldContents, 'has'>,
  path: string,
  outputs: Values,
  most = STANDARD['output-files'],
): Promise<Taken> {
  const view = { work: '/work', inputs: '/inputs', tmp: '/tmp' }
  const taker = new Taker(contents, { plan: { path, stage: [], inputs: {} }, view, manifest: [], held }, most)
  const taken = await taker.values(outputs)
  return { outputs: taken, contents: taker.contents }
}

/** Files and folders in a value, each as often as it stands there; the count ends when they are more than `most`. */
export function filesIn(value: Value, most: number): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = isFile(value) || isDirectory(value) ? 1 : 0
  for (const inner of Array.isArray(value) ? value : Object.values(value)) {
    count += filesIn(inner, most - count)
    if (count > most) break
  }
  return count
}

class Taker {
  readonly #new = new Set<NewContent>()
  readonly #inodes = new Inodes()
  readonly #contents: Literal
  readonly #left: Left
  readonly #entries: Map<string, ManifestEntry>
  readonly #inputs: Map<string, string>
  readonly #taken = new Map<string, Promise<NewContent>>()
  readonly #turn = withConcurrency(AT_ONCE)
  readonly #given: (() => Set<string>) | undefined
  #known: Set<string> | undefined
  #children: Map<string, ManifestEntry[]> | undefined
  #listed = 0
  #files = 0
  readonly #most: number
  readonly #places: Set<string>

  /**
   * @param most files and folders
   * @param given locations that the job was given: no other content may come out of it. Without it, all that the task holds.
   */
  constructor(contents: Literal, left: Left, most: number, given?: () => Set<string>) {
    this.#given = given
    this.#most = most
    this.#contents = contents
    this.#left = left
    this.#entries = new Map(left.manifest.map(entry => [entry.path, entry]))
    this.#inputs = new Map(
      left.plan.stage.flatMap(entry => ('location' in entry ? [[entry.target, entry.location] as const] : [])),
    )
    this.#places = new Set(this.#inputs.values())
  }

  get contents(): NewContent[] {
    return [...this.#new]
  }

  async values(values: Values): Promise<Values> {
    this.#count(filesIn(values, this.#most))
    return await this.#record(values, 0)
  }

  async #record(values: Values, depth: number): Promise<Values> {
    const entries = inParts(
      Object.entries(values),
      async ([id, value]) => [id, await this.#value(value, depth)] as const,
    )
    return Object.fromEntries(await entries)
  }

  #count(files: number): void {
    this.#files += files
    if (this.#files > this.#most) throw this.#failure(`the outputs are ${moreThan('output-files', this.#most)}`)
  }

  async #value(value: Value, depth: number): Promise<Value> {
    if (depth > DEPTH) throw this.#failure(`an output is nested deeper than ${DEPTH} levels`)
    if (Array.isArray(value)) return await inParts(value, item => this.#value(item, depth + 1))
    if (isFile(value)) return await this.#file(value, depth)
    if (isDirectory(value)) return await this.#directory(value, depth)
    return typeof value === 'object' && value !== null ? await this.#record(value, depth + 1) : value
  }

  async #file(file: File, depth: number): Promise<File> {
    if (depth > DEPTH) throw this.#failure(`an output is nested deeper than ${DEPTH} levels`)
    const { path, dirname, location, ...rest } = file
    const secondaryFiles =
      file.secondaryFiles && (await inParts(file.secondaryFiles, each => this.#entry(each, depth + 1)))
    const found = await this.#bytes(file)
    const basename = this.#name(file.basename ?? (path === undefined ? nameOf(file) : posix.basename(path)))
    return { ...rest, basename, ...found, ...(secondaryFiles ? { secondaryFiles } : {}) }
  }

  async #entry(value: File | Directory, depth: number): Promise<File | Directory> {
    return value.class === 'File' ? await this.#file(value, depth) : await this.#directory(value, depth)
  }

  async #bytes(file: File): Promise<{ location: string; size?: number }> {
    if (isContent(file.location)) {
      this.#assertGiven(file.location)
      return { location: file.location, ...(file.size === undefined ? {} : { size: file.size }) }
    }
    const place = pathOf(file)
    if (place !== undefined) return await this.#take(place)
    if (file.contents === undefined)
      throw this.#failure(`the file ${file.basename ?? ''} has neither a place nor contents`)
    const content = await this.#contents.addBytes(Buffer.from(file.contents))
    this.#new.add(content)
    return { location: locationOf(content.id), size: content.size }
  }

  #assertGiven(location: string): void {
    if (!this.#left.held.has(location)) throw this.#failure(`the output ${location} is not a file of this task`)
    if (!this.#given) return
    this.#known ??= this.#given()
    if (this.#known.has(location) || this.#places.has(location)) return
    throw this.#failure(`the output ${location} is not an input of the job`)
  }

  /** What is at an absolute path as the job sees it. */
  async #take(place: string): Promise<{ location: string; size?: number }> {
    const found = this.#resolve(place)
    if ('input' in found) return { location: found.input }
    if (found.entry?.type !== 'file') throw this.#failure(`${place} is not a file that the job left in its work folder`)
    const content = await this.#once(found.entry.path)
    return { location: locationOf(content.id), size: content.size }
  }

  /**
   * Follows links, those of the manifest: to an input of the job, or to what lies in its work folder. What lies there itself
   * is the job's own, also where an input was put: a writable one may have been changed, any other replaced.
   */
  #resolve(place: string): { input: string } | { entry: ManifestEntry | undefined } {
    let target = place
    if (!isBelow(target, this.#left.view.work)) {
      const input = this.#inputs.get(target)
      if (input !== undefined) return { input }
    }
    for (let links = 0; links < LINKS; links++) {
      const relative = this.#relative(target)
      const entry = relative === '' ? ROOT : this.#entries.get(relative)
      if (entry?.fault) throw this.#failure(`the output ${relative} can't be taken: ${entry.fault}`)
      if (entry?.type !== 'link') return { entry }
      target = entry.target ?? ''
      const input = this.#inputs.get(target)
      if (input !== undefined) return { input }
      if (isBelow(target, this.#left.view.work)) continue
      throw this.#failure(
        `the output ${entry.path} is a link to ${target}, which is neither an output nor an input of the job`,
      )
    }
    throw this.#failure(`the links at ${place} lead in circles`)
  }

  #once(relative: string): Promise<NewContent> {
    const taken = this.#taken.get(relative) ?? this.#turn(() => this.#add(relative))
    this.#taken.set(relative, taken)
    return taken
  }

  async #add(relative: string): Promise<NewContent> {
    try {
      if (!this.#left.files) throw new Error('there is no such file')
      using file = await this.#left.files.open(relative)
      const content = await this.#contents.addFromJob!(file, this.#inodes)
      this.#new.add(content)
      return content
    } catch (error) {
      throw this.#failure(`the output ${relative} can't be taken: ${error instanceof Error ? error.message : error}`)
    }
  }

  async #directory(directory: Directory, depth: number): Promise<Directory> {
    if (depth > DEPTH)
      throw this.#failure(`the links in ${directory.path} lead in circles, or it is ${DEPTH} folders deep`)
    const { path, location, ...rest } = directory
    const place = isFolder(location) ? undefined : pathOf(directory)
    const listing = directory.listing ?? (place === undefined ? [] : this.#list(place))
    const basename = this.#name(directory.basename ?? (place === undefined ? nameOf(directory) : posix.basename(place)))
    const taken = await inParts(listing, entry => this.#entry(entry, depth + 1))
    const names = new Set<string | undefined>()
    for (const entry of taken) {
      if (names.has(entry.basename))
        throw this.#failure(`the folder ${basename} has two entries called ${entry.basename}`)
      names.add(entry.basename)
    }
    const own = place === undefined ? location : folderLocation(`${this.#left.plan.path}/${this.#relative(place)}`)
    return { ...rest, ...(isFolder(own) ? { location: own } : {}), basename, listing: taken }
  }

  /** The entries of a folder of the work folder. */
  #list(place: string): (File | Directory)[] {
    const found = this.#resolve(place)
    if (!('entry' in found) || found.entry?.type !== 'directory') {
      throw this.#failure(`${place} is not a folder that the job left in its work folder`)
    }
    const children = this.#childrenOf(found.entry.path)
    this.#count(children.length)
    this.#listed += children.length
    if (this.#listed > LISTED + this.#entries.size) throw this.#failure(`the links in ${place} lead in circles`)
    return children.map(child => {
      const path = join(this.#left.view.work, child.path)
      const target = this.#resolve(path)
      const isFolder = 'entry' in target && target.entry?.type === 'directory'
      return { class: isFolder ? 'Directory' : 'File', path, basename: posix.basename(child.path) }
    })
  }

  #childrenOf(folder: string): ManifestEntry[] {
    this.#children ??= Map.groupBy(this.#left.manifest, ({ path }) => path.slice(0, Math.max(0, path.lastIndexOf('/'))))
    return this.#children.get(folder) ?? []
  }

  #relative(place: string): string {
    const normal = posix.normalize(place).replace(/(.)\/$/, '$1')
    const { work } = this.#left.view
    if (!isBelow(normal, work)) throw this.#failure(`${place} lies outside of the job's work folder`)
    return normal.slice(work.length + 1)
  }

  #name(name: string): string {
    if (name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name)) return name
    throw this.#failure(`an output can't be called ${JSON.stringify(name)}: a name has no slash and is not . or ..`)
  }

  #failure(message: string): JobFailure {
    return new JobFailure(this.#left.plan.path, message)
  }
}

/** The path as the job sees it. */
function pathOf({ path, location }: { path?: string; location?: string }): string | undefined {
  if (path !== undefined) return path
  if (location === undefined) return undefined
  return location.startsWith('file:') ? pathOfUri(location) : location
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

export function isFile(value: Value): value is File {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value.class === 'File'
}

export function isDirectory(value: Value): value is Directory {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value.class === 'Directory'
}
