import { createHash } from 'node:crypto'
import { newFileId } from '../../ids.ts'
import type { Contents, NewContent } from '../../storage/contents.ts'

type Readable = Pick<Contents, 'read' | 'size'>

/** Files that expressions make while a task is planned: in memory, beside the contents that there are. */
export class Literals implements Readable {
  readonly #contents: Readable
  readonly #most: number
  readonly #made = new Map<string, Uint8Array>()
  #bytes = 0

  /** @param most bytes of all */
  constructor(contents: Readable, most: number) {
    this.#contents = contents
    this.#most = most
  }

  async addBytes(bytes: Uint8Array): Promise<NewContent> {
    const id = newFileId()
    this.#bytes += bytes.length
    if (this.#bytes > this.#most) {
      throw new Error(
        `the files that expressions make come to more than ${this.#most} bytes, which is more than a plan holds`,
      )
    }
    this.#made.set(id, bytes)
    return { id, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), bytes }
  }

  async read(id: string, limit: number): Promise<Uint8Array> {
    return this.#made.get(id)?.subarray(0, limit) ?? (await this.#contents.read(id, limit))
  }

  async size(id: string): Promise<number> {
    return this.#made.get(id)?.length ?? (await this.#contents.size(id))
  }
}
