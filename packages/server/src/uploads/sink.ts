import { constants, type FileHandle, open } from 'node:fs/promises'
import type { Grant } from '../storage/disk-space.ts'

/** Bytes that are written at one time: many, since each write goes to another thread and back; together no more than that. */
const [LEAST, MOST, TOGETHER] = [256 * 1024, 1024 * 1024, 8 * 1024 * 1024]

/** Bytes of a batch where so many transfers go on at one time. */
export function batchFor(transfers: number): number {
  return Math.min(MOST, Math.max(LEAST, Math.floor(TOGETHER / Math.max(1, transfers))))
}

export interface SinkOptions {
  /** where the first byte goes */
  position: number
  grant: Grant
  /** bytes that are gathered before they are written */
  batch?: () => number
}

/**
 * Gathers chunks as they come and writes them, uncopied, by one call at a position. One such write goes on while the next
 * chunks come: at most two batches are in memory.
 */
export class Sink {
  readonly #file: FileHandle
  readonly #grant: Grant
  readonly #batch: () => number
  #position: number
  #chunks: Buffer[] = []
  #waiting = 0
  #writing: Promise<void> = Promise.resolve()

  constructor(file: FileHandle, { position, grant, batch = () => LEAST }: SinkOptions) {
    this.#file = file
    this.#position = position
    this.#grant = grant
    this.#batch = batch
  }

  /** The file is made when it is not there; what else is in it stays. */
  static async open(path: string, options: SinkOptions): Promise<Sink> {
    return new Sink(await open(path, constants.O_WRONLY | constants.O_CREAT, 0o600), options)
  }

  async write(chunk: Buffer): Promise<void> {
    this.#chunks.push(chunk)
    this.#waiting += chunk.length
    if (this.#waiting >= this.#batch()) await this.#send()
  }

  /** Resolves when no bytes are in memory any more. Rejects with NoRoom. */
  async flush(): Promise<void> {
    if (this.#waiting > 0) await this.#send()
    await this.#writing
  }

  async sync(): Promise<void> {
    await this.flush()
    await this.#file.datasync()
  }

  /** Resolves when nothing is written any more. */
  async close(): Promise<void> {
    await this.#writing.catch(() => undefined) // whoever wrote was told
    await this.#file.close()
  }

  async #send(): Promise<void> {
    const chunks = this.#chunks
    this.#chunks = []
    this.#waiting = 0
    await this.#writing
    this.#writing = this.#put(chunks)
    // the next write or flush rejects with it
    this.#writing.catch(() => undefined)
  }

  async #put(chunks: Buffer[]): Promise<void> {
    const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
    await this.#grant.ensureAhead(size)
    for (let left = chunks; left.length > 0; ) {
      const { bytesWritten } = await this.#file.writev(left, this.#position)
      this.#position += bytesWritten
      left = behind(left, bytesWritten)
    }
    this.#grant.wrote(size)
  }
}

/** What is left of chunks when their first bytes are written. */
function behind(chunks: Buffer[], bytes: number): Buffer[] {
  let done = bytes
  let at = 0
  while (at < chunks.length && done >= chunks[at]!.length) done -= chunks[at++]!.length
  return done === 0 ? chunks.slice(at) : [chunks[at]!.subarray(done), ...chunks.slice(at + 1)]
}
