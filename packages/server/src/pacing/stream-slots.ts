import type { Readable } from 'node:stream'

/** Milliseconds after which a transfer looks whether it should let somebody else go on. */
const SLICE = 2_000
/** Bytes in such a time; with fewer, somebody else could use the turn better. */
export const SLOW = 2 ** 20

interface Waiting {
  user: string
  /** the order of asking */
  number: number
  go(): void
}

/**
 * Turns of parts and downloads: only so many move at one time, so that their buffers are bounded however many come. A place that
 * becomes free goes to the user who has the fewest, among those to who has waited longest. Nobody keeps a turn for ever: after
 * a slice of time it passes to a user who has fewer, and one that hardly moves, because its client is slow or silent, passes
 * it to whoever waits.
 */
export class StreamSlots {
  readonly #most: number
  readonly slice: number
  readonly #running = new Map<string, number>()
  readonly #waiting = new Map<string, Waiting[]>()
  #count = 0
  #asked = 0

  constructor(most: number, slice = SLICE) {
    this.#most = most
    this.slice = slice
  }

  /** How many have a turn. */
  get moving(): number {
    return this.#count
  }

  /** Resolves when it is the transfer's turn; rejects when `stream` is closed before. */
  async enter(user: string, stream: Readable): Promise<StreamSlot> {
    if (isGone(stream)) throw gone(stream)
    if (this.#count < this.#most) this.#count++
    else await this.#wait(user, stream)
    this.#running.set(user, this.#of(user) + 1)
    return new StreamSlot(this, user)
  }

  leave(user: string): void {
    const left = this.#of(user) - 1
    if (left > 0) this.#running.set(user, left)
    else this.#running.delete(user)
    const next = this.#next()
    if (!next) {
      this.#count--
      return
    }
    this.#remove(next)
    next.go()
  }

  /** True when someone else should have the turn of this user's transfer. */
  isWanted(user: string, isSlow: boolean): boolean {
    if (this.#waiting.size === 0) return false
    return isSlow || [...this.#waiting.keys()].some(other => this.#of(other) < this.#of(user) && other !== user)
  }

  #wait(user: string, stream: Readable): Promise<void> {
    return new Promise((resolve, reject) => {
      const closed = () => {
        if (!isGone(stream)) return
        this.#remove(waiting)
        reject(gone(stream))
      }
      const go = () => {
        stream.off('close', closed)
        resolve()
      }
      const waiting = { user, number: this.#asked++, go }
      const line = this.#waiting.get(user)
      if (line) line.push(waiting)
      else this.#waiting.set(user, [waiting])
      stream.once('close', closed)
    })
  }

  #next(): Waiting | undefined {
    let best: Waiting | undefined
    for (const [first] of this.#waiting.values()) {
      const more = best && first ? this.#of(first.user) - this.#of(best.user) : -1
      if (more < 0 || (more === 0 && first!.number < best!.number)) best = first
    }
    return best
  }

  #remove(waiting: Waiting): void {
    const line = this.#waiting.get(waiting.user)
    const at = line?.indexOf(waiting) ?? -1
    if (!line || at < 0) return
    line.splice(at, 1)
    if (line.length === 0) this.#waiting.delete(waiting.user)
  }

  #of(user: string): number {
    return this.#running.get(user) ?? 0
  }
}

/** A turn that a transfer has. */
export class StreamSlot {
  readonly #of: StreamSlots
  readonly #user: string
  #since = performance.now()
  #moved = 0
  #hasLeft = false

  constructor(of: StreamSlots, user: string) {
    this.#of = of
    this.#user = user
  }

  /** So many bytes are on their way. */
  moved(bytes: number): void {
    this.#moved += bytes
  }

  /** To be asked now and then: true when it is to be left, and entered anew. */
  isOver(): boolean {
    const now = performance.now()
    if (now - this.#since < this.#of.slice) return false
    const isSlow = this.#moved < SLOW
    this.#since = now
    this.#moved = 0
    return this.#of.isWanted(this.#user, isSlow)
  }

  leave(): void {
    if (this.#hasLeft) return
    this.#hasLeft = true
    this.#of.leave(this.#user)
  }
}

/** A stream that was read to its end closes by itself. */
function isGone(stream: Readable): boolean {
  return stream.destroyed && !stream.readableEnded
}

function gone(stream: Readable): Error {
  return stream.errored ?? new Error('the connection was closed before its turn came')
}
