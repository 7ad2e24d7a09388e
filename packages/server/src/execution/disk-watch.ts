/**
 * Looks after the reserve of the data folder's disk while jobs run. A limit for each file does not hold it: a job may write many,
 * and many jobs write at once. So the disk is asked how much room there is, the more often the less there is; and when
 * the reserve is touched, the job that has taken most of the disk is ended, then the next one, until the reserve is whole
 * again. What the ended one has written is removed before another is chosen. A job that has hardly taken anything is let
 * alone: it is not its disk that is full.
 *
 * A job that has ended is looked at as well, before its outputs enter the storage: what fills the disk must not stay there.
 */
import { usageOf } from '@reprise/runner'
import { type Disk, diskOf } from '../storage/disk-space.ts'

/** Bytes a second that jobs may write at most, to tell when the room could be used up. */
const FASTEST = 2 * 2 ** 30
/** Milliseconds between two looks. */
const OFTEN = 20
const RARELY = 1000
/** As a part of the reserve: what a job has to have taken to be ended, and the room beside it that is none any more. */
const LEAST = 1 / 64

export interface Watched {
  /** why it is to be ended; undefined while it is not */
  readonly reason: string | undefined
  /** nothing of it is on the disk any more, or what there is belongs there */
  leave(): void
}

interface Entry {
  attempt: string
  end(): void
  reason: string | undefined
  left: Promise<void>
}

export class DiskWatch {
  readonly #folder: string
  readonly #entries = new Set<Entry>()
  #timer: NodeJS.Timeout | undefined
  #relieving: Promise<void> | undefined

  /** @param folder lies on the disk of all attempts */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** From now until `leave` the attempt may be told to end; `end` is called at most once. */
  watch(attempt: string, end: () => void): Watched {
    let leave = () => {}
    const left = new Promise<void>(resolve => {
      leave = resolve
    })
    const entry: Entry = { attempt, end, reason: undefined, left }
    this.#entries.add(entry)
    this.#timer ??= setTimeout(() => this.#checkDisk(), OFTEN)
    return {
      get reason() {
        return entry.reason
      },
      leave: () => {
        leave()
        this.#entries.delete(entry)
      },
    }
  }

  /** Resolves when the reserve is whole, or none of the jobs is to blame. */
  async reserveRestored(): Promise<void> {
    if (!isTouched(await diskOf(this.#folder))) return
    this.#relieving ??= this.#endLargestJobs().finally(() => {
      this.#relieving = undefined
    })
    await this.#relieving
  }

  async #checkDisk(): Promise<void> {
    let pause = RARELY
    try {
      await this.reserveRestored()
      const { room } = await diskOf(this.#folder)
      if (room > 0) pause = Math.min(RARELY, Math.max(OFTEN, (room / FASTEST) * 1000))
    } catch {
      // the folder can't be asked: the next look may tell
    }
    this.#timer = this.#entries.size === 0 ? undefined : setTimeout(() => this.#checkDisk(), pause)
  }

  async #endLargestJobs(): Promise<void> {
    for (;;) {
      const disk = await diskOf(this.#folder)
      if (!isTouched(disk)) return
      const largest = await this.#largest(disk)
      if (!largest) return
      const { entry, bytes } = largest
      if (this.#entries.has(entry)) {
        entry.reason ??= reasonFor(bytes, disk)
        entry.end()
      }
      await entry.left
    }
  }

  async #largest({ reserve }: Disk): Promise<{ entry: Entry; bytes: number } | undefined> {
    const all = [...this.#entries].map(async entry => ({ entry, bytes: await usageOf(entry.attempt) }))
    const [first] = (await Promise.all(all)).sort((a, b) => b.bytes - a.bytes || 0)
    return first && first.bytes >= reserve * LEAST ? first : undefined
  }
}

function isTouched({ room, reserve }: Disk): boolean {
  return room < reserve * LEAST
}

function reasonFor(bytes: number, { reserve }: Disk): string {
  const used = Number.isFinite(bytes) ? shown(bytes) : 'in more files than can be counted, most'
  return `it used ${used} of the disk, of which only the reserve is left (${shown(reserve)} are kept for the server)`
}

/** `1.5 GiB` */
function shown(bytes: number): string {
  const [size, unit] = bytes >= 2 ** 30 ? [2 ** 30, 'GiB'] : [2 ** 20, 'MiB']
  return `${(bytes / size).toFixed(1)} ${unit}`
}
