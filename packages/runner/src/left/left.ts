import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isWithin, names } from '../attempt.ts'
import { LIMITS } from '../limits.ts'
import type { JobSpecification, ManifestEntry } from '../specification.ts'
import { linkedPath } from '../stage.ts'
import { LeftFile } from './file.ts'
import { LeftError } from './folder.ts'
import { manifestOf } from './manifest.ts'
import type { Reader } from './reader.ts'
import { LeftTree } from './tree.ts'

export interface LeftOptions {
  /** the attempt's specification, when it is at hand */
  specification?: JobSpecification
  /** who reads in our place, where we have more rights than the job had */
  reader?: Reader | undefined
  /** files and folders that the job may leave; `LIMITS.filesLeft` when not given */
  most?: number | undefined
}

/**
 * What a job left in its work folder. To be used when all of its processes are dead. Where there is a reader, which has the
 * job's user and sees nothing of the machine, it is the reader who reads: what it could not read is not taken either.
 */
export class Left {
  readonly #attempt: string
  readonly #tree: LeftTree
  readonly #specification: JobSpecification
  readonly #reader: Reader | undefined
  readonly #most: number

  /** @param attempt the attempt's folder */
  constructor(attempt: string, { specification, reader, most = LIMITS.filesLeft }: LeftOptions = {}) {
    this.#attempt = attempt
    this.#tree = new LeftTree(join(attempt, names.work))
    this.#specification = specification ?? readSpecification(attempt)
    this.#reader = reader
    this.#most = most
  }

  /**
   * All entries, sorted by path. A link that the runner itself had made for an input leads to that input's own target in
   * the specification. @throws LeftError
   */
  async manifest(): Promise<ManifestEntry[]> {
    const options = { seen: this.#specification.view.work, most: this.#most }
    const entries = await (this.#reader?.manifest(this.#tree.root, options) ?? manifestOf(this.#tree.root, options))
    const staged = stagedTargets(this.#specification)
    return entries.map(entry => (entry.target === undefined ? entry : { ...entry, target: staged(entry.target) }))
  }

  /** Up to `limit` bytes of a regular file, from its start or its end. @throws LeftError */
  async read(path: string, limit: number, from: 'start' | 'end' = 'start'): Promise<Uint8Array> {
    if (this.#reader) return (await this.#reader.read(this.#tree.root, { path, limit, from })).bytes
    using file = this.#tree.open(path)
    return file.piece(limit, from).bytes
  }

  /** A regular file, open; to be disposed of. @throws LeftError */
  async open(path: string): Promise<LeftFile> {
    const known = await this.#reader?.read(this.#tree.root, { path, limit: 0, from: 'start' })
    const file = this.#tree.open(path)
    if (!known || file.is(known)) return file
    file[Symbol.dispose]()
    throw new LeftError('it was exchanged for another file')
  }

  /** Moves a file or folder, or with an empty path the whole work folder, to a path of ours. @throws LeftError */
  moveTo(path: string, place: string): void {
    if (path === '') new LeftTree(this.#attempt).moveTo(names.work, place)
    else this.#tree.moveTo(path, place)
  }

  /** The log of a stream, which the runner opened itself; undefined when there is none. */
  log(stream: 'stdout' | 'stderr'): LeftFile | undefined {
    try {
      return LeftFile.open(this.#attempt, names[stream])
    } catch (error) {
      if (error instanceof LeftError) return undefined
      throw error
    }
  }
}

function readSpecification(attempt: string): JobSpecification {
  return JSON.parse(readFileSync(join(attempt, names.specification), 'utf8'))
}

/** Maps the real place of a linked input of the work folder back to the target that the specification names. */
function stagedTargets(specification: JobSpecification): (target: string) => string {
  const { isolation, view } = specification
  const places: [place: string, target: string][] = []
  for (const entry of specification.stage) {
    if (!('source' in entry) || entry.writable || !isWithin(entry.target, view.work)) continue
    places.push([isolation === 'none' ? entry.source : linkedPath(specification, entry.target), entry.target])
  }
  if (isolation === 'none') {
    for (const entry of specification.stage) {
      if ('source' in entry && !entry.writable) places.push([entry.source, entry.target])
    }
  }
  if (places.length === 0) return target => target
  const exact = new Map(places.toReversed())
  return target => {
    const known = exact.get(target)
    if (known !== undefined) return known
    const match = places.find(([place]) => isWithin(target, place))
    return match ? match[1] + target.slice(match[0].length) : target
  }
}
