import type { Budget } from '../budget.ts'
import { shown } from '../expression/text.ts'
import { type Entry, isFile, nameOf, splitName, withPath } from '../files.ts'
import type { FileAccess, ManifestEntry } from '../host.ts'
import type { JobPlan, StageEntry } from '../job/plan.ts'
import { LIMITS } from '../limits.ts'
import { pause } from '../parts.ts'
import type { Directory, File } from '../values.ts'

/** Something in the work folder: the job's own, or an input that a link leads to. `path` is where it was found. */
export type Node =
  | { path: string; kind: 'file' | 'directory'; entry: ManifestEntry | undefined }
  | { path: string; kind: 'input'; entry: Entry }

type Staged = Exclude<StageEntry, { type: 'folder' }>

/**
 * The work folder of a finished job, with links followed. A link may lead to something in the work folder or to an input
 * of the job (or something in one); any other is refused, since it would hand out a file that the job was never given.
 */
export class WorkTree {
  readonly #entries = new Map<string, ManifestEntry>()
  readonly #children = new Map<string, string[]>()
  /** folders with a link somewhere in them */
  readonly #withLinks = new Set<string>()
  /** by target, the first of each, with its place in the order */
  readonly #staged = new Map<string, { entry: Staged; order: number }>()
  readonly #locations = new Set<string>()
  readonly #budget: Budget | undefined
  readonly #names = new WeakMap<Entry[], Map<string, Entry>>()
  readonly #work: string
  readonly #files: FileAccess

  constructor(manifest: ManifestEntry[], plan: Pick<JobPlan, 'work' | 'stage'>, files: FileAccess, budget?: Budget) {
    this.#budget = budget
    this.#work = plan.work
    this.#files = files
    for (const [order, entry] of plan.stage.entries()) {
      if (entry.type === 'folder') continue
      if (!this.#staged.has(entry.target)) this.#staged.set(entry.target, { entry, order })
      if (entry.type !== 'text') this.#locations.add(entry.location)
    }
    for (const entry of manifest) {
      if (entry.path.split('/').some(part => part === '..' || part === '.' || part === '')) {
        throw new Error(`the job left an entry with the name ${shown(entry.path)}`)
      }
      this.#entries.set(entry.path, entry)
      const folder = folderOf(entry.path)
      const siblings = this.#children.get(folder) ?? []
      siblings.push(nameIn(entry.path))
      this.#children.set(folder, siblings)
      if (entry.type === 'link') this.#markFolders(folder)
    }
  }

  /** True for the location of something that was put before the job. */
  isStaged(location: string): boolean {
    return this.#locations.has(location)
  }

  #markFolders(folder: string): void {
    if (this.#withLinks.has(folder)) return
    this.#withLinks.add(folder)
    if (folder !== '') this.#markFolders(folderOf(folder))
  }

  get root(): Node {
    return { path: '', kind: 'directory', entry: undefined }
  }

  /** What lies at a path relative to the work folder, or at an absolute one in the work folder or below an input. */
  async at(path: string): Promise<Node | undefined> {
    const absolute = path.startsWith('/')
    const inside = absolute ? this.inWork(path) : path
    if (inside === undefined) return this.#input(path, path)
    let node: Node | undefined = this.root
    for (const name of inside.split('/').filter(part => part !== '' && part !== '.')) {
      if (name === '..') throw new Error(`${path} leads out of the work folder`)
      node = node && (await this.child(node, name))
    }
    return node
  }

  /** `path` relative to the work folder, when it lies there. */
  inWork(path: string): string | undefined {
    if (path === this.#work) return ''
    return path.startsWith(`${this.#work}/`) ? path.slice(this.#work.length + 1) : undefined
  }

  /** Names in a folder; nothing is followed yet. */
  async names(node: Node): Promise<string[]> {
    if (node.kind === 'file') return []
    if (node.kind === 'input') return (await this.#listing(node.entry)).map(nameOf)
    return this.#children.get(realPath(node)) ?? []
  }

  /** True for a folder that is there itself, not by a link. */
  isFolder(node: Node, name: string): boolean {
    return node.kind === 'directory' && this.#entries.get(join(realPath(node), name))?.type === 'directory'
  }

  async child(node: Node, name: string): Promise<Node | undefined> {
    if (node.kind === 'file') return undefined
    if (node.kind === 'input') {
      const entry = await this.#listed(node.entry, name)
      return entry && { path: join(node.path, name), kind: 'input', entry }
    }
    return this.#resolve(join(realPath(node), name), join(node.path, name), 0)
  }

  async #resolve(real: string, path: string, links: number): Promise<Node | undefined> {
    const entry = this.#entries.get(real)
    if (!entry) return undefined
    if (entry.fault) throw new Error(`the job left ${path}: ${entry.fault}`)
    if (entry.type !== 'link') return { path, kind: entry.type, entry }
    const target = entry.target ?? ''
    if (links > LIMITS.links) throw new Error(`the link ${path} leads in a circle`)
    const input = await this.#input(target, path)
    if (input) return input
    const inside = this.inWork(target)
    const found = inside === undefined ? undefined : await this.#follow(inside, path, links + 1)
    if (!found)
      throw new Error(`the link ${path} leads to ${target}, which is neither an output nor an input of the job`)
    return found
  }

  async #follow(inside: string, path: string, links: number): Promise<Node | undefined> {
    if (inside === '') return this.root
    let node: Node | undefined = this.root
    for (const name of inside.split('/')) {
      if (node.kind === 'file') return undefined
      node =
        node.kind === 'input'
          ? await this.child(node, name)
          : await this.#resolve(join(realPath(node), name), path, links)
      if (!node) return undefined
    }
    return { ...node, path }
  }

  /** The input that was staged at a path, or something inside of one. */
  async #input(target: string, path: string): Promise<Node | undefined> {
    const staged = this.#stagedAt(target)
    if (!staged || (staged.type !== 'text' && staged.writable)) return undefined
    const rest = target.slice(staged.target.length + 1)
    let entry: Entry | undefined = await this.#stagedEntry(staged)
    for (const name of rest.split('/').filter(part => part !== '')) {
      entry = entry && (await this.#listed(entry, name))
    }
    return entry && { path, kind: 'input', entry }
  }

  /** What was put at a path, or at a folder around it; of several the first. */
  #stagedAt(target: string): Staged | undefined {
    let found: { entry: Staged; order: number } | undefined
    for (let end = target.length; end > 0; end = target.lastIndexOf('/', end - 1)) {
      const staged = this.#staged.get(target.slice(0, end))
      if (staged && (!found || staged.order < found.order)) found = staged
    }
    return found?.entry
  }

  async #stagedEntry(staged: Staged): Promise<Entry> {
    const basename = staged.target.slice(staged.target.lastIndexOf('/') + 1)
    if (staged.type === 'text')
      return { class: 'File', basename, contents: staged.text, size: Buffer.byteLength(staged.text) }
    const { location } = staged
    if (staged.type === 'directory') return { class: 'Directory', basename, location }
    return { class: 'File', basename, location, size: await this.#files.size(location) }
  }

  async #listing(entry: Entry): Promise<Entry[]> {
    if (isFile(entry)) return []
    return entry.listing ?? (entry.location === undefined ? [] : this.#files.list(entry.location))
  }

  /** The first entry of a name in an input; listings are made maps once. */
  async #listed(entry: Entry, name: string): Promise<Entry | undefined> {
    const listing = await this.#listing(entry)
    let names = this.#names.get(listing)
    if (!names) {
      names = new Map(listing.toReversed().map(item => [nameOf(item), item]))
      this.#names.set(listing, names)
    }
    return names.get(name)
  }

  /** The File or Directory of a node as expressions see it: at the path where it was found. */
  async entryOf(node: Node): Promise<Entry> {
    const path = node.path.startsWith('/') ? node.path : join(this.#work, node.path)
    return withPath(await this.lastingOf(node), path)
  }

  /**
   * The File or Directory of a node as the host takes it over: with the path where its bytes really lie, or an input's
   * location. A Directory has its whole listing.
   */
  lastingOf(node: Node): Promise<Entry> {
    return this.#lasting(node, [])
  }

  async #lasting(node: Node, around: string[]): Promise<Entry> {
    const basename = nameIn(node.path === '' ? this.#work : node.path)
    this.#budget?.spend(2 * node.path.length, LIMITS.fileValues)
    if (node.kind === 'input') {
      const { path: _, ...entry } = node.entry
      return isFile(entry) ? { ...entry, basename, ...splitName(basename) } : { ...entry, basename }
    }
    if (node.kind === 'directory') return this.#directory(node, basename, around)
    const path = `${this.#work}/${realPath(node)}`
    return { class: 'File', path, basename, ...splitName(basename), size: node.entry?.size } satisfies File
  }

  /** A folder with a link in it can't be taken as it is: it becomes a literal of what its entries lead to. */
  async #directory(node: Node, basename: string, around: string[]): Promise<Directory> {
    const real = realPath(node)
    if (around.includes(real)) throw new Error(`the link ${node.path} leads to a folder that it is in itself`)
    if (around.length > LIMITS.outputFolders)
      throw new Error(`the folder ${real.slice(0, 100)}… is nested deeper than ${LIMITS.outputFolders} levels`)
    const within = [...around, real]
    const listing: Entry[] = []
    for (const name of (await this.names(node)).toSorted()) {
      await pause(1)
      const child = await this.child(node, name)
      if (child) listing.push(await this.#lasting(child, within))
    }
    const path = real === '' ? this.#work : `${this.#work}/${real}`
    return { class: 'Directory', ...(this.#withLinks.has(real) ? {} : { path }), basename, listing }
  }
}

function realPath(node: Node): string {
  return node.kind === 'input' ? node.path : (node.entry?.path ?? '')
}

function join(folder: string, name: string): string {
  return folder === '' || name === '' ? folder + name : `${folder}/${name}`
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
