import { statfs } from 'node:fs/promises'
import { amount } from '../limits/limits.ts'

/** Of a disk this part, and at most so many bytes, are kept free for the rows: a commit must not fail because of a job. */
const RESERVED_PART = 0.05
const MOST_RESERVED = 2 ** 30
/** Of the reserve, what is kept beside it from copies and uploads: they alone must not bring a job to be ended for it. */
const KEPT_PART = 1 / 32
/** Bytes that are asked for at one time for what is written in a stream. */
const STEP = 16 * 2 ** 20
/** While there is so much room, in bytes, the disk is not asked again for some milliseconds. */
const PLENTY = 4 * 2 ** 30
const FRESH = 100

/** A disk, as the rules on room see it, in bytes. */
export interface Disk {
  /** what jobs and uploads may still take; 0 when only the reserve is left */
  room: number
  reserve: number
}

/** The disk that a folder lies on. */
export async function diskOf(folder: string): Promise<Disk> {
  const { bsize, bavail, blocks } = await statfs(folder)
  const reserve = Math.min(MOST_RESERVED, blocks * bsize * RESERVED_PART)
  return { room: Math.max(0, Math.floor(bavail * bsize - reserve)), reserve }
}

/** Bytes that jobs and uploads may still take on the disk of a folder; 0 when only the reserve is left. */
export async function freeDiskSpace(folder: string): Promise<number> {
  return (await diskOf(folder)).room
}

/** The disk has only its reserve left, or not enough beside it. */
export class NoDiskSpace extends Error {
  override name = 'NoRoom'

  constructor(bytes: number) {
    super(`the disk of the server has no room for ${amount(bytes, 'bytes')} beside its reserve`)
  }
}

/**
 * Of several that write to the disk at once each asks before it writes, and what was granted to one is not there for the
 * others: so all of them together leave the reserve alone. What has been written is the disk's own to count.
 */
export class DiskSpace {
  readonly #folder: string
  readonly #granted: BigInt64Array
  readonly #mine: number
  #known = { room: 0, until: 0 }

  /**
   * @param granted bytes that are on their way, a place for each thread of the process, from `grants()`
   * @param mine the place of this thread; what one that died had written there is forgotten
   */
  constructor(folder: string, granted: SharedArrayBuffer = grants(), mine: 0 | 1 = 0) {
    this.#folder = folder
    this.#granted = new BigInt64Array(granted)
    this.#mine = mine
    Atomics.store(this.#granted, mine, 0n)
  }

  /** Bytes that may still be asked for. */
  async left(): Promise<number> {
    const now = performance.now()
    if (now > this.#known.until) {
      const disk = await diskOf(this.#folder)
      const room = Math.floor(disk.room - disk.reserve * KEPT_PART)
      this.#known = { room, until: room > PLENTY ? now + FRESH : 0 }
    }
    const granted = Atomics.load(this.#granted, 0) + Atomics.load(this.#granted, 1)
    return Math.max(0, this.#known.room - Number(granted))
  }

  /** Asks for room for so many bytes. Rejects with NoRoom. */
  async grant(bytes: number): Promise<Grant> {
    const grant = new Grant(this)
    await grant.ensure(bytes)
    return grant
  }

  /** For grants: takes more, or gives back. Rejects with NoRoom. */
  async setAside(bytes: number): Promise<void> {
    // first the entry, then the look: two that ask at once see each other
    Atomics.add(this.#granted, this.#mine, BigInt(bytes))
    try {
      if ((await this.left()) === 0) throw new NoDiskSpace(bytes)
    } catch (error) {
      this.giveBack(bytes)
      throw error
    }
  }

  giveBack(bytes: number): void {
    Atomics.sub(this.#granted, this.#mine, BigInt(bytes))
  }
}

/** For the rooms of the threads of one process. */
export function grants(): SharedArrayBuffer {
  return new SharedArrayBuffer(16)
}

/** Room that somebody was granted and has not written to yet. */
export class Grant {
  readonly #room: DiskSpace
  #left = 0

  constructor(room: DiskSpace) {
    this.#room = room
  }

  /** Before so many bytes are written: takes more when there is not that much left. Rejects with NoRoom. */
  async ensure(bytes: number): Promise<void> {
    if (bytes <= this.#left) return
    if (!Number.isSafeInteger(bytes)) throw new NoDiskSpace(bytes)
    const more = bytes - this.#left
    await this.#room.setAside(more)
    this.#left += more
  }

  /** The same for a part of something larger, whose end is not known: takes some ahead where it can. */
  async ensureAhead(bytes: number): Promise<void> {
    if (bytes <= this.#left) return
    try {
      await this.ensure(Math.max(bytes, STEP))
    } catch (error) {
      if (!(error instanceof NoDiskSpace)) throw error
      await this.ensure(bytes)
    }
  }

  /** So many bytes were written. */
  wrote(bytes: number): void {
    const given = Math.min(bytes, this.#left)
    this.#left -= given
    this.#room.giveBack(given)
  }

  /** Gives back what is left. */
  end(): void {
    this.wrote(this.#left)
  }
}
