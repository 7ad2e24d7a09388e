import type { Database } from '../database/index.ts'
import { type Donor, findDonors, type Taker, takenBy } from '../database/reuse.ts'
import { BOUNDS } from '../limits/table.ts'

/** Donors that one look brings, of all keys that it asks for. */
const FOUND = BOUNDS.donorsFound
/** Keys of one look. */
const KEYS = BOUNDS.donorKeys
/** Milliseconds for which a key without donors is not looked for again. */
const PATIENCE = BOUNDS.donorMilliseconds

interface Known {
  donors: Donor[]
  /** when they were looked up */
  at: number
}

interface Asked {
  key: string
  resolve(): void
  reject(error: unknown): void
}

/**
 * Whose results the jobs of one task may take. Each donor serves one job of a task: a hundred simulations that drew by chance have
 * one key and a hundred results. In a rerun a job takes the result of its own path first. Looks of one turn are made together.
 */
export class Donors {
  readonly #database: Database
  readonly #taker: Taker
  readonly #known = new Map<string, Known>()
  /** served a job of this task, or turned out to be none */
  readonly #spent = new Set<string>()
  /** of the origin's jobs that took results themselves: whose, by path */
  readonly #originals = new Map<string, string>()
  #asked: Asked[] = []
  #loaded: Promise<void> | undefined

  constructor(database: Database, taker: Taker) {
    this.#database = database
    this.#taker = taker
  }

  /** The best donor for a job, which no other job of the task gets from now on; undefined where there is none. */
  async holdDonor(key: string, path: string): Promise<Donor | undefined> {
    const known = this.#known.get(key)
    if (!known || (this.#next(known, path) === undefined && Date.now() - known.at > PATIENCE)) await this.#lookUp(key)
    const donor = this.#next(this.#known.get(key)!, path)
    if (donor) this.#spent.add(idOf(donor))
    return donor
  }

  /** Whether there is a donor for a job now. */
  async has(key: string, path: string): Promise<boolean> {
    await this.#lookUp(key)
    return this.#next(this.#known.get(key)!, path) !== undefined
  }

  /** Somebody has come to be a donor. */
  forget(key: string): void {
    this.#known.delete(key)
  }

  #next({ donors }: Known, path: string): Donor | undefined {
    const { origin } = this.#taker
    const own = origin === null ? undefined : (this.#originals.get(path) ?? idOf({ task: origin, path }))
    let other: Donor | undefined
    let ofOrigin: Donor | undefined
    for (const donor of donors) {
      const id = idOf(donor)
      if (this.#spent.has(id)) continue
      if (id === own) return donor
      // those that another job of the rerun would take first come last
      if (donor.task === origin) ofOrigin = donor
      else other ??= donor
    }
    return other ?? ofOrigin
  }

  #lookUp(key: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ key, resolve, reject })
      if (this.#asked.length === 1) setImmediate(() => void this.#answer())
    })
  }

  async #answer(): Promise<void> {
    const asked = this.#asked
    this.#asked = []
    try {
      this.#loaded ??= this.#loadSpent()
      await this.#loaded
      const keys = [...new Set(asked.map(({ key }) => key))]
      for (let from = 0; from < keys.length; from += KEYS) await this.#find(keys.slice(from, from + KEYS))
      for (const { resolve } of asked) resolve()
    } catch (error) {
      this.#loaded = undefined
      for (const { reject } of asked) reject(error)
    }
  }

  async #find(keys: string[]): Promise<void> {
    const { read } = this.#database
    const { origin } = this.#taker
    const [rows, originals] = await Promise.all([
      findDonors(read, keys, this.#taker, FOUND),
      origin === null ? [] : takenBy(read, origin, keys),
    ])
    for (const { path, reused_task, reused_path } of originals) {
      this.#originals.set(path, idOf({ task: reused_task!, path: reused_path! }))
    }
    const found = Map.groupBy(rows, row => row.key)
    const at = Date.now()
    for (const key of keys) this.#known.set(key, { donors: found.get(key) ?? [], at })
    // donors of one key must not hide those of the others
    if (rows.length < FOUND || keys.length === 1) return
    for (const key of keys) this.#known.set(key, { donors: await findDonors(read, [key], this.#taker, FOUND), at })
  }

  /** What jobs of the task took under an earlier worker. */
  async #loadSpent(): Promise<void> {
    for (const { reused_task, reused_path } of await takenBy(this.#database.read, this.#taker.task)) {
      this.#spent.add(idOf({ task: reused_task!, path: reused_path! }))
    }
  }
}

function idOf({ task, path }: { task: string; path: string }): string {
  return `${task} ${path}`
}
