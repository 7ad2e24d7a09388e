import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Directory, type File, JobFailure, type JobPlan, type Value, type Values } from '@reprise/cwl'
import { attemptNames, type ManifestEntry, type View } from '@reprise/runner'
import type { Contents, NewContent } from '../storage/contents.ts'
import { limited } from './limited.ts'
import { isContent, locationOf } from './locations.ts'

/** Files of one job that enter the storage at one time. */
const AT_ONCE = 8

export interface Left {
  plan: Pick<JobPlan, 'path' | 'stage'>
  /** the attempt's folder */
  folder: string
  view: View
  manifest: ManifestEntry[]
}

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
export async function takeOutputs(contents: Contents, left: Left, outputs: Values): Promise<Taken> {
  const taker = new Taker(contents, left)
  const taken = await taker.values(outputs)
  return { outputs: taken, contents: taker.contents }
}

/** The same for values that no process made: literals enter the storage, everything else must lie there already. */
export function takeLiterals(contents: Contents, path: string, outputs: Values): Promise<Taken> {
  const view = { work: '/work', inputs: '/inputs', tmp: '/tmp' }
  return takeOutputs(contents, { plan: { path, stage: [] }, folder: '', view, manifest: [] }, outputs)
}

class Taker {
  readonly contents: NewContent[] = []
  readonly #contents: Contents
  readonly #left: Left
  readonly #entries: Map<string, ManifestEntry>
  readonly #inputs: Map<string, string>
  readonly #taken = new Map<string, Promise<NewContent>>()
  readonly #turn = limited(AT_ONCE)

  constructor(contents: Contents, left: Left) {
    this.#contents = contents
    this.#left = left
    this.#entries = new Map(left.manifest.map(entry => [entry.path, entry]))
    this.#inputs = new Map(
      left.plan.stage.flatMap(entry => ('location' in entry ? [[entry.target, entry.location] as const] : [])),
    )
  }

  async values(values: Values): Promise<Values> {
    const entries = Object.entries(values).map(async ([id, value]) => [id, await this.#value(value)] as const)
    return Object.fromEntries(await Promise.all(entries))
  }

  async #value(value: Value): Promise<Value> {
    if (Array.isArray(value)) return await Promise.all(value.map(item => this.#value(item)))
    if (isFile(value)) return await this.#file(value)
    if (isDirectory(value)) return await this.#directory(value)
    return typeof value === 'object' && value !== null ? await this.values(value) : value
  }

  async #file(file: File): Promise<File> {
    const { path, dirname, location, ...rest } = file
    const secondaryFiles =
      file.secondaryFiles && (await Promise.all(file.secondaryFiles.map(each => this.#entry(each))))
    const found = await this.#bytes(file)
    const basename = this.#name(file.basename ?? posix.basename(path ?? ''))
    return { ...rest, basename, ...found, ...(secondaryFiles ? { secondaryFiles } : {}) }
  }

  async #entry(value: File | Directory): Promise<File | Directory> {
    return value.class === 'File' ? await this.#file(value) : await this.#directory(value)
  }

  async #bytes(file: File): Promise<{ location: string; size?: number }> {
    if (isContent(file.location))
      return { location: file.location, ...(file.size === undefined ? {} : { size: file.size }) }
    const place = placeOf(file)
    if (place !== undefined) return await this.#take(place)
    if (file.contents === undefined)
      throw this.#failure(`the file ${file.basename ?? ''} has neither a place nor contents`)
    const content = await this.#contents.addBytes(Buffer.from(file.contents))
    this.contents.push(content)
    return { location: locationOf(content.id), size: content.size }
  }

  /** What is at an absolute path as the job sees it. */
  async #take(place: string): Promise<{ location: string; size?: number }> {
    const input = this.#inputs.get(place)
    if (input !== undefined) return { location: input }
    const relative = this.#relative(place)
    const entry = this.#entries.get(relative)
    if (entry?.type === 'link') return await this.#take(this.#follow(entry))
    if (entry?.type !== 'file') throw this.#failure(`${place} is not a file that the job left in its work folder`)
    const content = await this.#once(relative)
    return { location: locationOf(content.id), size: content.size }
  }

  #once(relative: string): Promise<NewContent> {
    const taken = this.#taken.get(relative) ?? this.#turn(() => this.#add(relative))
    this.#taken.set(relative, taken)
    return taken
  }

  async #add(relative: string): Promise<NewContent> {
    try {
      const content = await this.#contents.addFromJob(join(this.#left.folder, attemptNames.work, relative))
      this.contents.push(content)
      return content
    } catch (error) {
      throw this.#failure(`the output ${relative} can't be taken: ${error instanceof Error ? error.message : error}`)
    }
  }

  async #directory(directory: Directory): Promise<Directory> {
    const { path, location, ...rest } = directory
    const place = placeOf(directory)
    const listing = directory.listing ?? (place === undefined ? [] : this.#list(place))
    const basename = this.#name(directory.basename ?? posix.basename(place ?? ''))
    const taken = await Promise.all(listing.map(entry => this.#entry(entry)))
    const twice = taken.find((entry, index) => taken.findIndex(other => other.basename === entry.basename) !== index)
    if (twice) throw this.#failure(`the folder ${basename} has two entries called ${twice.basename}`)
    return { ...rest, basename, listing: taken }
  }

  /** The entries of a folder of the work folder; links among them resolved. */
  #list(place: string): (File | Directory)[] {
    const folder = this.#relative(place)
    const entry = this.#entries.get(folder)
    if (entry?.type === 'link') return this.#list(this.#follow(entry))
    if (folder !== '' && entry?.type !== 'directory') throw this.#failure(`${place} is not a folder that the job left`)
    const start = folder === '' ? '' : `${folder}/`
    const children = this.#left.manifest.filter(
      ({ path }) => path.startsWith(start) && !path.slice(start.length).includes('/'),
    )
    return children.map(child => {
      const path = join(this.#left.view.work, child.path)
      const basename = posix.basename(child.path)
      return this.#isFolder(child) ? { class: 'Directory', path, basename } : { class: 'File', path, basename }
    })
  }

  #isFolder(entry: ManifestEntry): boolean {
    if (entry.type !== 'link') return entry.type === 'directory'
    const target = this.#follow(entry)
    if (this.#inputs.has(target)) return false
    const relative = this.#relative(target)
    const next = this.#entries.get(relative)
    return next !== undefined && this.#isFolder(next)
  }

  #links = 0

  #follow(link: ManifestEntry): string {
    if (++this.#links > 10_000) throw this.#failure('its links lead in circles')
    const target = link.target ?? ''
    if (this.#inputs.has(target) || isBelow(target, this.#left.view.work)) return target
    throw this.#failure(
      `the output ${link.path} is a link to ${target}, which is neither an output nor an input of the job`,
    )
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
function placeOf({ path, location }: { path?: string; location?: string }): string | undefined {
  if (path !== undefined) return path
  if (location === undefined) return undefined
  return location.startsWith('file:') ? fileURLToPath(location) : location
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
