import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { SLOW, type StreamSlot, type StreamSlots } from './stream-slots.ts'

export interface StreamPaceOptions {
  user: string
  /** when it is closed before its end, nothing is waited for any more */
  stream: Readable
  /** of the client */
  socket?: Socket | null | undefined
  /** resolves when the transfer holds no bytes in memory */
  rest?: () => Promise<void>
}

/**
 * A transfer's way through its turns. `step` is to be awaited before each piece; between `step`s, while the transfer waits for
 * its client, the turn is lent to others: `rest` then frees what memory it holds.
 */
export class StreamPace {
  readonly #transfers: StreamSlots
  readonly #user: string
  readonly #stream: Readable
  readonly #timer: NodeJS.Timeout
  #turn: StreamSlot | undefined
  #resting: Promise<void> | undefined
  #isWaiting = false
  #isLate = false
  #moved = 0
  readonly #socket: Socket | null | undefined
  readonly #rest: () => Promise<void>

  constructor(transfers: StreamSlots, { user, stream, socket, rest = async () => undefined }: StreamPaceOptions) {
    this.#transfers = transfers
    this.#user = user
    this.#stream = stream
    this.#socket = socket
    this.#rest = rest
    this.#timer = setInterval(() => this.#lendTurnIfSlow(), transfers.slice).unref()
  }

  /** Before so many bytes are taken or sent. */
  async step(bytes: number): Promise<void> {
    if (this.#resting) {
      await this.#resting
      this.#resting = undefined
    } else if (this.#turn?.isOver()) {
      await this.#rest()
      this.#turn.leave()
      this.#turn = undefined
    }
    this.#turn ??= await this.#enter()
    this.#turn.moved(bytes)
    this.#moved += bytes
    if (this.#moved > SLOW) this.#isLate = false
  }

  /** Awaits what depends on the client. */
  async client<T>(waited: Promise<T>): Promise<T> {
    this.#isWaiting = true
    try {
      return await waited
    } finally {
      this.#isWaiting = false
    }
  }

  /** The client was so slow that the turn was lent, and has not shown since that it is quick. */
  get isLate(): boolean {
    return this.#isLate
  }

  /** Resolves when nothing of the transfer goes on here any more. */
  async end(): Promise<void> {
    clearInterval(this.#timer)
    try {
      await this.#resting
    } finally {
      this.#turn?.leave()
      this.#turn = undefined
    }
  }

  /** Who waits for a turn is not idle. */
  async #enter(): Promise<StreamSlot> {
    const idle = this.#socket?.timeout
    if (idle) this.#socket?.setTimeout(0)
    try {
      return await this.#transfers.enter(this.#user, this.#stream)
    } finally {
      if (idle) this.#socket?.setTimeout(idle)
    }
  }

  #lendTurnIfSlow(): void {
    const turn = this.#turn
    if (!turn || !this.#isWaiting || this.#resting || !turn.isOver()) return
    this.#turn = undefined
    this.#isLate = true
    this.#moved = 0
    this.#resting = this.#rest().finally(() => turn.leave())
    // whoever takes the next step, or ends, is told
    this.#resting.catch(() => undefined)
  }
}
