import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { LeftFile } from '@reprise/runner'
import {
  addHolder,
  addHolders,
  ContentGone,
  getContent,
  insertContent,
  insertContents,
  type NewContent,
  removeHolder,
} from '../database/contents.ts'
import type { Database, Write } from '../database/index.ts'
import type { ContentRow } from '../database/schema.ts'
import { newFileId } from '../ids.ts'
import { DiskSpace } from './disk-space.ts'
import { FolderStore } from './folder.ts'
import { Hashes } from './hashes.ts'
import type { Inodes } from './inodes.ts'
import { SmallFiles } from './small-files.ts'
import type { Store } from './store.ts'
import { VolumeCache } from './volumes/cache.ts'
import type { VolumeObject } from './volumes/volume-store.ts'
import { type VolumeSettings, Volumes } from './volumes/volumes.ts'

export type { NewContent }

/** First and last byte. */
export interface ByteRange {
  start: number
  end: number
}

/** Up to so many bytes lie in the row itself. */
export const INLINE = 4096

export interface ContentsOptions {
  database: Database
  /** the data folder: `store` and `cache` lie in it */
  folder: string
  /** other machines use the same folder: what is not of this boot may be theirs */
  shared?: boolean
  volumes?: VolumeSettings | undefined
  /** of the data folder's disk, shared with the other threads of the process */
  room?: DiskSpace | undefined
}

/** What is known of bytes that come from outside. */
export interface Known {
  size?: number | undefined
  checksum?: { algorithm: 'sha256' | 'md5'; value: string } | undefined
  /** whose they are */
  user?: string | undefined
}

/** Bytes are not what they were said to be. */
export class ContentMismatch extends Error {
  override name = 'ContentMismatch'
}

/**
 * Bytes by content. To add some is two steps, so that no transaction waits for a disk: `addBytes` or `addFromPath` brings
 * them into the store outside of any transaction; `hold`, inside one, makes the row and names who needs them. A crash in
 * between leaves bytes without a row, which nobody can see.
 */
export class Contents {
  readonly volumes: Volumes
  readonly storeFolder: string
  /** asked before anything is written beside the rows */
  readonly room: DiskSpace
  readonly #database: Database
  readonly #store: Store
  readonly #small: SmallFiles
  readonly #copies: VolumeCache
  readonly #hashes: Hashes

  constructor({ database, folder, shared = false, volumes, room = new DiskSpace(folder) }: ContentsOptions) {
    this.#database = database
    this.room = room
    this.storeFolder = join(folder, 'store')
    this.#store = new FolderStore(this.storeFolder, room)
    this.#small = new SmallFiles(join(folder, 'cache'), shared, room)
    this.#copies = new VolumeCache(join(folder, 'volume-cache'), room, volumes?.volumeCache)
    this.volumes = new Volumes({ database, folder, settings: volumes })
    this.#hashes = new Hashes(database, {
      materialise: id => this.#store.materialise(id),
      openOnVolume: row => this.#openOnVolume(row),
    })
  }

  async addBytes(bytes: Uint8Array): Promise<NewContent> {
    const id = newFileId()
    const sha256 = sha256Of(bytes)
    if (bytes.length <= INLINE) return { id, size: bytes.length, sha256, bytes }
    await this.#store.write(id, bytes)
    return { id, size: bytes.length, sha256, bytes: null }
  }

  /** Takes over a finished file of ours on the data folder's file system without copying it; it is gone from `path`. */
  async addFromPath(path: string): Promise<NewContent> {
    const { size } = await fs.stat(path)
    if (size <= INLINE) {
      const content = await this.addBytes(await fs.readFile(path))
      await fs.rm(path)
      return content
    }
    const id = newFileId()
    await this.#store.adopt(id, path)
    return { id, size, sha256: null, bytes: null }
  }

  /**
   * Takes a file that a job left, without copying it where that can be; it stays where it is. Rejects with NoRoom. A file that has
   * several names is one content for all calls with the same `inodes`.
   */
  async addFromJob(file: LeftFile, inodes?: Inodes): Promise<NewContent> {
    return inodes ? await inodes.once(file, () => this.#takeFromJob(file)) : await this.#takeFromJob(file)
  }

  async #takeFromJob(file: LeftFile): Promise<NewContent> {
    const { size, mode } = file.stats
    const executable = mode & 0o100 ? 1 : 0
    if (size <= INLINE) return { ...(await this.addBytes(file.piece(INLINE).bytes)), executable }
    const id = newFileId()
    await this.#store.moveInFromJob(id, file)
    return { id, size, sha256: null, bytes: null, executable }
  }

  /**
   * Bytes from outside, of which size and checksum (hex, or base64) may be known. Rejects with ContentMismatch when they are
   * others, and with NoRoom.
   */
  async addFromStream(stream: Readable, known: Known): Promise<NewContent> {
    const id = newFileId()
    const size = await this.#writeStream(id, stream, known.size)
    const path = await this.#store.materialise(id)
    try {
      if (known.size !== undefined && size !== known.size) throw new ContentMismatch(`${size} bytes, not ${known.size}`)
      const hash = known.checksum && (await this.#hashes.ofFile(path, known.checksum.algorithm, known.user))
      if (known.checksum && !isSame(known.checksum.value, hash ?? '')) {
        throw new ContentMismatch(`its ${known.checksum.algorithm} is ${hash}`)
      }
      if (size > INLINE)
        return { id, size, sha256: known.checksum?.algorithm === 'sha256' ? (hash ?? null) : null, bytes: null }
      const content = await this.addBytes(await fs.readFile(path))
      await this.#store.remove(id)
      return content
    } catch (error) {
      await this.#store.remove(id)
      throw error
    }
  }

  /** What is known to be too much is refused before any of it is fetched. */
  async #writeStream(id: string, stream: Readable, size = 0): Promise<number> {
    try {
      return await this.#store.write(id, stream, size)
    } catch (error) {
      stream.destroy()
      throw error
    }
  }

  /** An object of a volume, which stays where it is. */
  addFromVolume(volume: string, { location, size, etag }: VolumeObject): NewContent {
    return { id: newFileId(), size, sha256: null, bytes: null, volume, location, etag }
  }

  /** Names someone who needs the content (HolderRow says who there is). A new content gets its row. */
  async hold(tx: Write, content: NewContent | string, holder: string, until: number | null = null): Promise<void> {
    if (typeof content !== 'string') await insertContent(tx, content)
    await addHolder(tx, typeof content === 'string' ? content : content.id, holder, until)
  }

  /** Gives new contents their rows, all with one holder. */
  async holdAll(tx: Write, contents: NewContent[], holder: string): Promise<void> {
    await insertContents(tx, contents)
    await addHolders(
      tx,
      contents.map(content => content.id),
      holder,
    )
  }

  /** The holder needs none of its contents any more. */
  async release(tx: Write, holder: string): Promise<void> {
    await removeHolder(tx, holder)
  }

  /**
   * Bytes from `start` to `end` (inclusive), or all, with the size of the whole; undefined when there is no such content.
   * Rejects with VolumeError when they lie on a volume that does not give them.
   */
  async open(id: string, range?: ByteRange): Promise<{ size: number; stream: Readable } | undefined> {
    const found = await this.locate(id, range)
    return found && 'path' in found ? { size: found.size, stream: this.#store.read(id, range) } : found
  }

  /** The same, for who can read a path better than a stream: its path where the bytes lie in a file of the store. */
  async locate(
    id: string,
    range?: ByteRange,
  ): Promise<{ size: number; stream: Readable } | { size: number; path: string } | undefined> {
    const row = await getContent(this.#database.read, id)
    if (!row || row.gone !== null) return undefined
    if (row.volume !== null) return { size: row.size, stream: await this.#openOnVolume(row, range) }
    if (!row.bytes) return { size: row.size, path: await this.#store.materialise(id) }
    const bytes = range ? row.bytes.subarray(range.start, range.end + 1) : row.bytes
    return { size: row.size, stream: Readable.from(bytes.length > 0 ? [Buffer.from(bytes)] : []) }
  }

  /** An address of the storage service itself, where the content lies on a volume that has such; else undefined. */
  async presigned(id: string, disposition: string): Promise<string | undefined> {
    const row = await getContent(this.#database.read, id)
    if (!row || row.volume === null) return undefined
    const store = await this.volumes.active(row.volume)
    return await store.presign?.(row.location ?? '', row.etag ?? '', disposition)
  }

  /** Up to `limit` bytes from the start. */
  async read(id: string, limit: number): Promise<Uint8Array> {
    if (limit <= 0) return new Uint8Array()
    const opened = await this.open(id, { start: 0, end: limit - 1 })
    if (!opened) throw new Error(`there is no content ${id}`)
    const chunks: Uint8Array[] = []
    for await (const chunk of opened.stream) chunks.push(chunk)
    return Buffer.concat(chunks)
  }

  /** Bytes of the whole. */
  async size(id: string): Promise<number> {
    const row = await getContent(this.#database.read, id)
    if (!row) throw new Error(`there is no content ${id}`)
    return row.size
  }

  /**
   * A path of this machine with these bytes, valid while the content is held; not to be written to. Of what lies on a volume
   * it is a copy, valid until `unpin` of the holder, or while this process lives when none is named.
   */
  async materialise(id: string, holder = 'process'): Promise<string> {
    const row = await getContent(this.#database.read, id)
    if (!row) throw new Error(`there is no content ${id}`)
    if (row.gone !== null) throw new ContentGone(`the bytes of the content ${id} are kept no more`)
    if (row.volume !== null) {
      const fetch = async () => {
        const stream = await this.#openOnVolume(row)
        return row.sha256 === null ? Readable.from(this.#hashes.passing(row, stream)) : stream
      }
      return await this.#copies.get(id, row.size, holder, fetch)
    }
    return row.bytes ? await this.#small.get(id, row.bytes, row.executable === 1) : await this.#store.materialise(id)
  }

  /** The holder needs no path any more. */
  unpin(holder: string): void {
    this.#copies.release(holder)
  }

  /**
   * SHA-256 as 64 hex characters: from the row, or computed now and kept.
   * @param user in whose turns it is computed
   */
  async sha256(id: string, user?: string): Promise<string> {
    return await this.#hashes.get(id, user)
  }

  /** Hashes beside what else there is to do; what fails is made up for by `hashMissing`. To be called after the commit. */
  hashLater(contents: NewContent[], user?: string): void {
    this.#hashes.later(contents, user)
  }

  /** Hashes, one after the other, what has none yet; what can't be read is told of. */
  async hashMissing(signal: AbortSignal, trouble: (error: unknown) => void): Promise<void> {
    await this.#hashes.missing(signal, trouble)
  }

  /** Removes the bytes of a content that has gone: from the store, and copies of it for jobs. */
  async forget(id: string, inStore: boolean): Promise<void> {
    if (inStore) await this.#store.remove(id)
    else await this.#small.remove(id)
  }

  async close(): Promise<void> {
    await this.#hashes.close()
    await this.#copies.close()
    await this.#small.close()
    await this.volumes.close()
  }

  async #openOnVolume(row: ContentRow, range?: { start: number; end: number }): Promise<Readable> {
    const store = await this.volumes.active(row.volume ?? '')
    if (row.size === 0) return Readable.from([])
    return await store.open(row.location ?? '', row.etag ?? '', range)
  }
}

function isSame(checksum: string, hex: string): boolean {
  return checksum.toLowerCase() === hex || checksum === Buffer.from(hex, 'hex').toString('base64')
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
