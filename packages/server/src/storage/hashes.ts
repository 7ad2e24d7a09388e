import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { getContent, listUnhashed, type NewContent, setHash } from '../database/contents.ts'
import type { Database } from '../database/index.ts'
import { behindTheCall } from '../database/own-handle.ts'
import type { ContentRow } from '../database/schema.ts'
import { Hasher } from './hasher.ts'

/** Where the bytes of contents are found. */
export interface Bytes {
  /** the path of what lies in the store */
  materialise(id: string): Promise<string>
  openOnVolume(row: ContentRow): Promise<Readable>
}

/** The SHA-256 of contents: each is computed once, in turns by user (hasher.ts), and kept in its row. */
export class Hashes {
  readonly #database: Database
  readonly #bytes: Bytes
  readonly #hasher = new Hasher()
  readonly #running = new Map<string, Promise<string>>()

  constructor(database: Database, bytes: Bytes) {
    this.#database = database
    this.#bytes = bytes
  }

  /**
   * As 64 hex characters: from the row, or computed now and kept.
   * @param user in whose turns it is computed
   */
  async get(id: string, user?: string): Promise<string> {
    const row = await getContent(this.#database.read, id)
    if (!row) throw new Error(`there is no content ${id}`)
    if (row.sha256) return row.sha256
    const running = this.#running.get(id) ?? this.#begin(id, user)
    this.#running.set(id, running)
    return await running
  }

  /**
   * The bytes of a content as they pass by: read to their end, all of them, its hash is kept. So what is copied in from a volume is
   * fetched once.
   */
  async *passing({ id, size }: ContentRow, stream: Readable): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256')
    let passed = 0
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      hash.update(chunk)
      passed += chunk.length
      yield chunk
    }
    if (passed !== size) return
    const sha256 = hash.digest('hex')
    // the bytes are there all the same: the hash is then computed when it is needed
    await behindTheCall(() => this.#database.write(tx => setHash(tx, id, sha256))).catch(() => undefined)
  }

  /** Beside what else there is to do; what fails is made up for by `missing`. To be called after the commit. */
  later(contents: NewContent[], user?: string): void {
    // `missing` makes up for what fails here
    for (const { id, sha256 } of contents) if (!sha256) this.get(id, user).catch(() => undefined)
  }

  /** Hashes, one after the other, what has none yet. What can't be read is told of and passed over. */
  async missing(signal: AbortSignal, trouble: (error: unknown) => void): Promise<void> {
    for (let after = '', ids: string[] = []; ; ) {
      ids = await listUnhashed(this.#database.read, after, 1000)
      for (const id of ids) {
        if (signal.aborted) return
        await this.get(id).catch(error => trouble(new Error(`the content ${id} has no hash`, { cause: error })))
        after = id
      }
      if (ids.length === 0) return
    }
  }

  /** Of a file, which no row is made for. */
  async ofFile(path: string, algorithm: 'sha256' | 'md5', user?: string): Promise<string> {
    return await this.#hasher.hash(path, algorithm, user)
  }

  async close(): Promise<void> {
    await this.#hasher.close()
  }

  /** Whoever asks later waits for it too: what it writes is part of no call. */
  #begin(id: string, user: string | undefined): Promise<string> {
    return behindTheCall(() => this.#compute(id, user)).finally(() => this.#running.delete(id))
  }

  async #compute(id: string, user: string | undefined): Promise<string> {
    const row = await getContent(this.#database.read, id)
    const sha256 = row?.volume
      ? await this.#onVolume(row)
      : await this.#hasher.hash(await this.#bytes.materialise(id), 'sha256', user)
    await this.#database.write(tx => setHash(tx, id, sha256))
    return sha256
  }

  /** From the stream: a copy in the cache is for tasks, and only the worker's process knows which of them are in use. */
  async #onVolume(row: ContentRow): Promise<string> {
    const hash = createHash('sha256')
    for await (const chunk of await this.#bytes.openOnVolume(row)) hash.update(chunk)
    return hash.digest('hex')
  }
}
