/**
 * Copies of objects of volumes, for jobs: they take files by path, and must not see an object change. The cache has a bound.
 * A copy that a task needs is pinned until the task has ended; of the others those that were used longest ago make room. What
 * a running job has staged stays there for it whatever happens here, because it was linked. A copy is written under a
 * temporary name, synced and renamed, so that a name in the cache has all of its bytes.
 */
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { newFileId } from '../../ids.ts'
import type { Room } from '../room.ts'
import { writeAll } from '../write.ts'
import { VolumeError } from './volume-store.ts'

/** Bytes, when the operator says nothing. */
export const DEFAULT_CACHE = 50 * 2 ** 30
/** As in the store: a file's time must not tell when it was stored. */
const MODIFIED = 315_532_800
const PART = '.part'

interface Copy {
  size: number
  /** epoch seconds */
  used: number
  holders: Set<string>
  ready: Promise<string>
}

export class VolumeCache {
  readonly #folder: string
  readonly #limit: number
  readonly #room: Room
  readonly #copies = new Map<string, Copy>()
  #scanned: Promise<void> | undefined

  constructor(folder: string, room: Room, limit = DEFAULT_CACHE) {
    this.#folder = folder
    this.#room = room
    this.#limit = limit
  }

  /** The path of a copy of `size` bytes, pinned for the holder; `fetch` gives the bytes when there is none yet. */
  async get(id: string, size: number, holder: string, fetch: () => Promise<Readable>): Promise<string> {
    this.#scanned ??= this.#scan()
    await this.#scanned
    const copy = this.#copies.get(id) ?? this.#add(id, size, fetch)
    copy.holders.add(holder)
    try {
      const path = await copy.ready
      copy.used = Date.now() / 1000
      await fs.utimes(path, copy.used, MODIFIED)
      return path
    } catch (error) {
      copy.holders.delete(holder)
      // a file that somebody removed is fetched again the next time
      if (this.#copies.get(id) === copy) this.#copies.delete(id)
      throw error
    }
  }

  /** The holder needs none of its copies any more. */
  release(holder: string): void {
    for (const { holders } of this.#copies.values()) holders.delete(holder)
  }

  #add(id: string, size: number, fetch: () => Promise<Readable>): Copy {
    const ready = this.#fetch(id, size, fetch)
    const copy: Copy = { size, used: Date.now() / 1000, holders: new Set(), ready }
    this.#copies.set(id, copy)
    ready.catch(() => this.#copies.delete(id))
    return copy
  }

  async #fetch(id: string, size: number, fetch: () => Promise<Readable>): Promise<string> {
    // the copy itself is in the map already, and pinned, when the first of these awaits
    await Promise.resolve()
    await this.#makeRoom()
    const path = join(this.#folder, id)
    const temporary = `${path}.${newFileId()}${PART}`
    const grant = await this.#room.take(size)
    try {
      const file = await fs.open(temporary, 'wx', 0o600)
      try {
        const given = await writeAll(file, await fetch(), grant)
        if (given !== size) throw new VolumeError('changed', `the volume gave ${given} bytes instead of ${size}`)
        await file.sync()
      } finally {
        await file.close()
      }
      await fs.chmod(temporary, 0o444)
      await fs.utimes(temporary, Date.now() / 1000, MODIFIED)
      await fs.rename(temporary, path)
      return path
    } catch (error) {
      await fs.rm(temporary, { force: true })
      throw error
    } finally {
      grant.end()
    }
  }

  async #makeRoom(): Promise<void> {
    let total = 0
    for (const { size } of this.#copies.values()) total += size
    const idle = [...this.#copies]
      .filter(([, { holders }]) => holders.size === 0)
      .sort(([, a], [, b]) => a.used - b.used)
    for (const [id, { size }] of idle) {
      if (total <= this.#limit) return
      this.#copies.delete(id)
      await fs.rm(join(this.#folder, id), { force: true })
      total -= size
    }
    if (total <= this.#limit) return
    throw new Error(
      `the inputs of running tasks that lie on volumes need ${total} bytes, and copies of them may take ${this.#limit} (--volume-cache)`,
    )
  }

  /** What an earlier process left. */
  async #scan(): Promise<void> {
    await fs.mkdir(this.#folder, { recursive: true, mode: 0o755 })
    for (const name of await fs.readdir(this.#folder)) {
      const path = join(this.#folder, name)
      if (name.endsWith(PART)) await fs.rm(path, { force: true })
      const stats = await fs.stat(path).catch(() => undefined)
      if (!stats) continue
      const copy = { size: stats.size, used: stats.atimeMs / 1000, holders: new Set<string>() }
      this.#copies.set(name, { ...copy, ready: Promise.resolve(path) })
    }
  }
}
