/**
 * Frees what nobody needs any more. Once an hour, and in small steps between which others have their turn:
 *
 *   0. what a removed project left (database/project-removal.ts) goes;
 *   1. holders whose time is over let go: among them those of what a task's jobs made, when the project's retention of intermediate
 *      files is over;
 *   2. contents without a holder are condemned;
 *   3. those that were condemned a while ago (limit `removal-minutes`) are looked at again, in the transaction that says that they
 *      have gone; then their bytes are removed. The row stays, with its hash: old tasks can still be compared;
 *   4. files of the store that no row wants, and which are older than any transaction can be, are removed: a crash left them;
 *   5. uploads that got no part for `upload-days` end, and their parts go; so do folders of parts without an upload.
 *
 * Several servers may sweep at once: each step is a transaction that looks again at what it changes.
 */
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import type { Database } from '../database/index.ts'
import { listRemoved, removeSome } from '../database/project-removal.ts'
import {
  condemn,
  dropHolder,
  dropHolders,
  expireUpload,
  type HeldBytes,
  inStore,
  letGo,
  listCondemned,
  listExpiredUploads,
  lookAtContents,
  lookAtMakers,
} from '../database/sweep.ts'
import { deleteUpload, uploadIds } from '../database/uploads.ts'
import type { Limits } from '../limits/limits.ts'
import type { UploadFolders } from '../uploads/folders.ts'
import type { Contents } from './contents.ts'
import { idOf, shards } from './folder.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Rows of one step. */
const ROWS = 500

export interface SweepOptions {
  database: Database
  contents: Contents
  uploads: UploadFolders
  limits: Pick<Limits, 'removal-minutes' | 'upload-days'>
  /** milliseconds for which nobody must have touched a file of the store that no row wants; a day when not given */
  untouched?: number
  /** is told what could not be done; the rest goes on */
  trouble(error: unknown): void
}

/** Bytes that there were when it was last looked, and what this process has freed since it started. */
export interface Swept extends HeldBytes {
  freed: number
}

export class Sweeper {
  readonly swept: Swept = { held: 0, condemned: 0, freed: 0 }
  readonly #options: SweepOptions
  readonly #stopped = new AbortController()
  readonly #timer: NodeJS.Timeout
  #running: Promise<void> | undefined

  constructor(options: SweepOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.sweep(), HOUR).unref()
  }

  /** Sweeps once; resolves at its end. One that is going on is what is waited for. */
  sweep(): Promise<void> {
    this.#running ??= this.#sweep().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopped.abort()
    await this.#running
  }

  async #sweep(): Promise<void> {
    const steps = [
      () => this.#removeProjects(),
      () => this.#dropHolders(),
      () => this.#expireUploads(),
      () => this.#condemn(),
      () => this.#remove(),
      () => this.#removeUnknown(),
    ]
    for (const step of steps) {
      if (this.#stopped.signal.aborted) return
      await step().catch(this.#options.trouble)
    }
  }

  async #goesOn(): Promise<boolean> {
    await breathe()
    return !this.#stopped.signal.aborted
  }

  /** Goes on where a server died while it removed a project. */
  async #removeProjects(): Promise<void> {
    const { database } = this.#options
    for (const id of await listRemoved(database.read)) {
      while (await database.write(tx => removeSome(tx, id))) if (!(await this.#goesOn())) return
    }
  }

  async #dropHolders(): Promise<void> {
    const { database } = this.#options
    while ((await database.write(tx => dropHolders(tx, ROWS))) === ROWS) if (!(await this.#goesOn())) return
    for (let after: string | undefined = ''; after !== undefined; ) {
      const { due, last } = await lookAtMakers(database.read, after, ROWS)
      for (const holder of due) {
        while ((await database.write(tx => dropHolder(tx, holder, ROWS))) === ROWS) if (!(await this.#goesOn())) return
      }
      after = last
    }
  }

  async #condemn(): Promise<void> {
    const { database } = this.#options
    const found: HeldBytes = { held: 0, condemned: 0 }
    for (let after: string | undefined = ''; after !== undefined; ) {
      if (!(await this.#goesOn())) return
      const { held, condemned, loose, last } = await lookAtContents(database.read, after, ROWS)
      found.held += held
      found.condemned += condemned
      if (loose.length > 0) await database.write(tx => condemn(tx, loose))
      after = last
    }
    Object.assign(this.swept, found)
  }

  async #remove(): Promise<void> {
    const { database, contents, limits, trouble } = this.#options
    const before = Date.now() - limits['removal-minutes'] * 60_000
    for (;;) {
      const condemned = await listCondemned(database.read, before, ROWS)
      if (condemned.length === 0 || !(await this.#goesOn())) return
      // what has no hash yet gets it now, or never
      for (const { id, sha256 } of condemned) if (sha256 === null) await contents.sha256(id).catch(trouble)
      const ids = condemned.map(({ id }) => id)
      for (const { id, size, inStore } of await database.write(tx => letGo(tx, ids))) {
        await contents.forget(id, inStore)
        this.swept.freed += size
      }
    }
  }

  async #removeUnknown(): Promise<void> {
    const { database, contents, untouched = DAY } = this.#options
    for (const shard of await shards(contents.storeFolder)) {
      const names = await fs.readdir(shard)
      for (let from = 0; from < names.length; from += ROWS) {
        if (!(await this.#goesOn())) return
        const some = names.slice(from, from + ROWS)
        const known = await inStore(database.read, some.map(idOf))
        for (const name of some) {
          if (!known.has(name)) this.swept.freed += await removeOld(join(shard, name), untouched)
        }
      }
    }
  }

  async #expireUploads(): Promise<void> {
    const { database, uploads, limits } = this.#options
    const before = Date.now() - limits['upload-days'] * DAY
    for (const id of await listExpiredUploads(database.read, before, ROWS)) {
      await uploads.alone(id, async () => {
        const isOver = await database.write(
          async tx => (await expireUpload(tx, id, before)) && (await deleteUpload(tx, id)),
        )
        if (!isOver) return
        await uploads.breakOff(id)
        await uploads.remove(id)
      })
    }
    await uploads.sweep(await uploadIds(database.read))
  }
}

/** Removes what nobody has touched for so long; gives its bytes. */
async function removeOld(path: string, untouched: number): Promise<number> {
  const stats = await fs.lstat(path).catch(() => undefined)
  // its time of modification is the same for all files of the store
  if (!stats?.isFile() || stats.ctimeMs > Date.now() - untouched) return 0
  await fs.rm(path, { force: true })
  return stats.size
}
