import { open } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { StreamPace } from '../pacing/stream-pace.ts'
import type { StreamSlots } from '../pacing/stream-slots.ts'
import { BUFFER, giveBuffer, takeBuffer } from '../storage/buffers.ts'

/** Bytes at one time for a client that reads slowly: what it was given last stays in memory until it takes it. */
const LITTLE = 64 * 1024

export interface Piece {
  bytes: Uint8Array
  /** nobody needs the bytes any more */
  free?(): void
}

interface Turns {
  transfers: StreamSlots
  user: string
}

/** Gives piece after piece, of at most so many bytes where it can choose. */
export type Source = (most: () => number) => AsyncGenerator<Piece>

/**
 * The bytes of a download on their way, in the turns of its user. One piece is read while the one before is sent, and a piece is
 * given up as soon as the kernel has it: no client, however slow, makes more than two wait in memory. It ends before its
 * time when it is destroyed, which happens to what answers a call when the connection is closed.
 */
export class Outgoing extends Readable {
  readonly #source: Source
  readonly #from: Readable | undefined
  readonly #turns: Turns
  /** breaks off what is waited for */
  #stop: ((error: Error) => void) | undefined

  constructor(source: Source | Readable, turns: Turns) {
    super({ read: () => undefined })
    this.#from = source instanceof Readable ? source : undefined
    this.#source = source instanceof Readable ? () => piecesOf(source) : source
    this.#turns = turns
  }

  override pipe<T extends NodeJS.WritableStream>(to: T): T {
    this.#send(to as unknown as ServerResponse).then(
      () => {
        to.end()
        this.push(null)
        this.resume()
      },
      error => this.destroy(error),
    )
    return to
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#from?.destroy()
    this.#stop?.(error ?? new Error('the connection was closed'))
    done(error)
  }

  async #send(to: ServerResponse): Promise<void> {
    const pace = new StreamPace(this.#turns.transfers, { user: this.#turns.user, stream: this, socket: to.socket })
    let sent: Promise<void> = Promise.resolve()
    try {
      await pace.step(0)
      for await (const { bytes, free } of this.#source(() => (pace.isLate ? LITTLE : BUFFER))) {
        await pace.client(sent)
        await pace.step(bytes.length)
        sent = this.#write(to, bytes).then(free)
        // it is awaited with the next piece
        sent.catch(() => undefined)
      }
      await pace.client(sent)
    } finally {
      await pace.end()
    }
  }

  #write(to: ServerResponse, bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.destroyed) return reject(this.errored ?? new Error('the connection was closed'))
      this.#stop = reject
      to.write(bytes, error => (error ? reject(error) : resolve()))
    })
  }
}

/** Pieces of a file, read into buffers that are used again. */
export function fileSource(path: string, { start, end }: { start: number; end: number }): Source {
  return async function* (most) {
    const file = await open(path)
    try {
      for (let at = start; at <= end; ) {
        const buffer = takeBuffer()
        const { bytesRead } = await file.read(buffer, 0, Math.min(most(), end + 1 - at), at)
        if (bytesRead === 0) throw new Error(`${path} is shorter than its content`)
        at += bytesRead
        yield { bytes: buffer.subarray(0, bytesRead), free: () => giveBuffer(buffer) }
      }
    } finally {
      await file.close()
    }
  }
}

async function* piecesOf(stream: Readable): AsyncGenerator<Piece> {
  for await (const bytes of stream as AsyncIterable<Uint8Array>) yield { bytes }
}
