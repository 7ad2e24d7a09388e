/**
 * Copies of objects of volumes, for jobs: they take files by path, and must not see an object change. The cache has a bound, and may
 * be shared by several processes:
 *
 *   <folder>/<id>               a copy. Written under a temporary name, synced and linked, so that a name has all of its bytes
 *   <folder>/pins/<process>/    of each process: second names of the copies that its tasks need, until the tasks have ended
 *
 * Of the copies with one name those that were used longest ago make room; one with a second name is in use, here, in another
 * process or in a running job, and stays. A path that is given out is a pin, so nobody else can take it away. Pins of processes
 * that died are removed: on their machine by the next one, elsewhere when nobody has touched them for a day.
 */
import { existsSync, readFileSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { newFileId } from '../../ids.ts'
import type { DiskSpace } from '../disk-space.ts'
import { writeAll } from '../write.ts'
import { VolumeError } from './volume-store.ts'

/** Bytes, when the operator says nothing. */
export const DEFAULT_CACHE = 50 * 2 ** 30
/** As in the store: a file's time must not tell when it was stored. */
const MODIFIED = 315_532_800
const PART = '.part'
const PINS = 'pins'
const HOUR = 3_600_000
/** Milliseconds after which what nobody has touched belongs to a process that has died. */
const DEAD = 24 * HOUR

interface Pin {
  holders: Set<string>
  ready: Promise<string>
}

type Fetch = () => Promise<Readable>

export class VolumeCache {
  readonly #folder: string
  readonly #own: string
  readonly #limit: number
  readonly #room: DiskSpace
  readonly #pins = new Map<string, Pin>()
  #made: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  /** bytes that are being fetched */
  #coming = 0

  constructor(folder: string, room: DiskSpace, limit = DEFAULT_CACHE) {
    this.#folder = folder
    this.#own = join(folder, PINS, `${bootId()}.${process.pid}.${newFileId()}`)
    this.#room = room
    this.#limit = limit
  }

  /** The path of a copy of `size` bytes, pinned for the holder; `fetch` gives the bytes when there is none. */
  async get(id: string, size: number, holder: string, fetch: Fetch): Promise<string> {
    this.#made ??= this.#make()
    await this.#made
    const known = this.#pins.get(id)
    const pin = known ?? { holders: new Set<string>(), ready: this.#pin(id, size, fetch) }
    this.#pins.set(id, pin)
    pin.holders.add(holder)
    try {
      const path = await pin.ready
      await fs.utimes(path, Date.now() / 1000, MODIFIED)
      return path
    } catch (error) {
      if (this.#pins.get(id) === pin) this.#pins.delete(id)
      // somebody has removed the files of the cache: it is fetched again
      if (known && codeOf(error) === 'ENOENT') return await this.get(id, size, holder, fetch)
      throw error
    }
  }

  /** The holder needs none of its copies any more. */
  release(holder: string): void {
    for (const [id, { holders, ready }] of this.#pins) {
      if (!holders.delete(holder) || holders.size > 0) continue
      this.#pins.delete(id)
      // a pin that is left keeps its copy from making room, until this process is one that has died
      ready.then(path => fs.rm(path, { force: true })).catch(() => undefined)
    }
  }

  /** Removes the process's pins. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#made
    await fs.rm(this.#own, { recursive: true, force: true })
  }

  /** Gives the copy a second name, once there is one; another process may have fetched it, or evict it meanwhile. */
  async #pin(id: string, size: number, fetch: Fetch): Promise<string> {
    const [copy, pin] = [join(this.#folder, id), join(this.#own, `${id}.${newFileId()}`)]
    try {
      await fs.link(copy, pin)
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
      await this.#fetch(pin, size, fetch)
      // one that came first is as good; the other one is then a copy for this process alone
      await fs.link(pin, copy).catch(error => {
        if (codeOf(error) !== 'EEXIST') throw error
      })
    }
    return pin
  }

  async #fetch(path: string, size: number, fetch: Fetch): Promise<void> {
    this.#coming += size
    try {
      await this.#makeRoom()
      await this.#write(path, size, fetch)
    } finally {
      this.#coming -= size
    }
  }

  async #write(path: string, size: number, fetch: Fetch): Promise<void> {
    const temporary = `${path}${PART}`
    const grant = await this.#room.grant(size)
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
    } catch (error) {
      await fs.rm(temporary, { force: true })
      throw error
    } finally {
      grant.end()
    }
  }

  async #makeRoom(): Promise<void> {
    const copies = await this.#copies()
    let total = this.#coming + copies.reduce((sum, { size }) => sum + size, 0)
    const idle = copies.filter(({ isIdle }) => isIdle).sort((a, b) => a.used - b.used)
    for (const { path, size } of idle) {
      if (total <= this.#limit) return
      await fs.rm(path, { force: true })
      total -= size
    }
    if (total <= this.#limit) return
    throw new Error(
      `the inputs of running tasks that lie on volumes need ${total} bytes, and copies of them may take ${this.#limit} (--volume-cache)`,
    )
  }

  /** Those that are there, whoever fetched them. */
  async #copies() {
    const names = (await fs.readdir(this.#folder)).filter(name => name !== PINS)
    const found = names.map(async name => {
      const path = join(this.#folder, name)
      const stats = await fs.stat(path).catch(() => undefined)
      return stats ? [{ path, size: stats.size, used: stats.atimeMs, isIdle: stats.nlink === 1 }] : []
    })
    return (await Promise.all(found)).flat()
  }

  /** Its own folder, and away with those of processes that have died. */
  async #make(): Promise<void> {
    await fs.mkdir(this.#own, { recursive: true, mode: 0o755 })
    const touch = () => fs.utimes(this.#own, Date.now() / 1000, Date.now() / 1000)
    this.#timer = setInterval(() => touch().catch(() => undefined), HOUR).unref()
    const [pins, now] = [join(this.#folder, PINS), Date.now()]
    for (const name of await fs.readdir(pins)) {
      const stats = await fs.stat(join(pins, name)).catch(() => undefined)
      if (stats && (isOfDead(name) || stats.mtimeMs < now - DEAD)) {
        await fs.rm(join(pins, name), { recursive: true, force: true })
      }
    }
  }
}

/** Of this start of this machine, and no such process is there. */
function isOfDead(name: string): boolean {
  const [boot, pid] = name.split('.')
  return boot === bootId() && !existsSync(`/proc/${pid}`)
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
