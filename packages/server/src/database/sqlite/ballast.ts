import { unlinkSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'

const NAME = 'ballast'
const PART = `${NAME}.part`
/** Bytes that are written at one time. */
const STEP = 2 ** 20
/** Milliseconds. A server that has just started has better things to do. */
const FIRST = 1000
const AGAIN = 5000

export interface BallastOptions {
  /** bytes; on a small disk it is less */
  bytes: number
  /** bytes that it may take, and those that are kept free beside it */
  disk(): Promise<{ room: number; reserve: number }>
  trouble(message: string): void
  /** milliseconds from the start to its making, and between two looks whether there is room for it */
  first?: number
  again?: number
}

/**
 * A file of the data folder that is there to be removed: when a commit fails because the disk is full to its last block, the
 * writer's thread throws it off (`dropBallast`), and the rows have room for what is needed to clear up. It is made
 * anew when there is room beside the reserve.
 */
export class Ballast {
  readonly #folder: string
  readonly #options: BallastOptions
  #timer: NodeJS.Timeout | undefined
  #making: Promise<void> | undefined
  #closed = false

  constructor(folder: string, options: BallastOptions) {
    this.#folder = folder
    this.#options = options
    this.#soon(options.first ?? FIRST)
  }

  /** It was thrown off. */
  dropped(): void {
    this.#options.trouble(
      'the disk of the data folder is full: a commit failed, the ballast is thrown off for the rows',
    )
    this.#later()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#making
  }

  #later(): void {
    this.#soon(this.#options.again ?? AGAIN)
  }

  #soon(milliseconds: number): void {
    clearTimeout(this.#timer)
    if (this.#closed) return
    this.#timer = setTimeout(() => {
      // there is no room for it now: that is looked at again later
      this.#making = this.#make().catch(() => this.#later())
    }, milliseconds).unref()
  }

  async #make(): Promise<void> {
    const { room, reserve } = await this.#options.disk()
    const bytes = Math.floor(Math.min(this.#options.bytes, reserve / 2))
    const path = join(this.#folder, NAME)
    const there = await fs.stat(path).catch(() => undefined)
    if (there && there.blocks * 512 >= bytes) return
    if (room < bytes) return this.#later()
    const part = join(this.#folder, PART)
    try {
      await fill(part, bytes, () => this.#closed)
      await fs.rename(part, path)
    } finally {
      await fs.rm(part, { force: true })
    }
  }
}

/** Not sparse, and no zeros: each block is there. */
async function fill(path: string, bytes: number, stopped: () => boolean): Promise<void> {
  const file = await fs.open(path, 'w', 0o600)
  try {
    const block = Buffer.allocUnsafe(STEP)
    for (let left = bytes; left > 0; left -= STEP) {
      if (stopped()) throw new Error('stopped')
      for (let at = 0; at < STEP; at += 4096) block.writeDoubleLE(Math.random(), at)
      await file.write(block, 0, Math.min(left, STEP))
    }
  } finally {
    await file.close()
  }
}

/** True when there was one. At once, for the thread that nobody may wait for. */
export function dropBallast(folder: string): boolean {
  try {
    unlinkSync(join(folder, NAME))
    return true
  } catch {
    return false
  }
}
