/**
 * Frees what nobody needs any more. Once an hour, or as often as `removal-minutes` says where that is less, and in small
 * steps between which others have their turn:
 *
 *   1. holders of what a task's jobs made let go when the project's retention of intermediate files is over; those of inputs of
 *      tasks that came to nothing do at once;
 *   2. contents without a holder are condemned;
 *   3. those that were condemned a while ago (limit `removal-minutes`) are looked at again, in the transaction that says that they
 *      have gone; then their bytes are removed. The row stays, with its hash: old tasks can still be compared;
 *   4. files of the store that no row wants, and which are older than any transaction can be, are removed: a crash left them;
 *   5. what a removed project left (database/project-removal.ts) goes;
 *   6. uploads that got no part for `upload-days` end, and their parts go; so do folders of parts without an upload;
 *   7. files that are pending of a task that has ended (database/pending.ts) are as others, or go;
 *   8. plans that newer ones took the place of go, and those of a week ago;
 *   9. once a day, stored values that nothing refers to are condemned and removed like contents (database/stored-values.ts).
 *
 * Several servers may sweep at once: each step is a transaction that looks again at what it changes.
 */
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as breathe, setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../database/index.ts'
import { listPending, settlePending } from '../database/pending.ts'
import { removeOldPlans } from '../database/plans.ts'
import { listRemoved, removeProjectRows } from '../database/project-removal.ts'
import { putSetting } from '../database/settings.ts'
import {
  condemnedOf,
  condemnValues,
  HashFilter,
  REFERRING_TABLES,
  referredTo,
  removeValues,
  storedHashes,
} from '../database/stored-values.ts'
import {
  condemn,
  dropHolder,
  expireUpload,
  type HeldBytes,
  inStore,
  listCondemned,
  listExpiredUploads,
  markRemoved,
  scanContents,
  scanMakerHolders,
  scanTaskHolders,
} from '../database/sweep.ts'
import { deleteUpload, uploadIds } from '../database/uploads.ts'
import type { Limits } from '../limits/limits.ts'
import type { Contents } from '../storage/contents.ts'
import { idOf, shards } from '../storage/folder.ts'
import type { UploadFolders } from '../uploads/folders.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Milliseconds that files without a row are looked at after it was seen that rows can be written. */
const PATIENCE = 60_000
/** The setting that is written for that. */
const SWEPT = 'swept'
/** How long a plan is kept. */
const PLANS = 7 * DAY
/** Rows of one step. */
const ROWS = 500

export interface SweepOptions {
  database: Database
  contents: Contents
  uploads: UploadFolders
  limits: Pick<Limits, 'removal-minutes' | 'upload-days'>
  /** milliseconds for which nobody must have touched a file of the store that no row wants; a day when not given */
  untouched?: number
  /** milliseconds between two writes, before files are removed that no row wants; a minute when not given */
  patience?: number
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
  #valuesSwept = 0

  constructor(options: SweepOptions) {
    this.#options = options
    const every = Math.min(HOUR, Math.max(MINUTE, options.limits['removal-minutes'] * MINUTE))
    this.#timer = setInterval(() => this.sweep(), every).unref()
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
      () => this.#settlePending(),
      () => this.#dropHolders(),
      () => this.#expireUploads(),
      () => this.#condemn(),
      () => this.#remove(),
      () => this.#removeUnknown(),
      () => this.#removePlans(),
      () => this.#removeValues(),
    ]
    for (const step of steps) {
      if (this.#stopped.signal.aborted) return
      await step().catch(this.#options.trouble)
    }
  }

  async #isOpen(): Promise<boolean> {
    await breathe()
    return !this.#stopped.signal.aborted
  }

  /** Goes on where a server died while it removed a project. */
  async #removeProjects(): Promise<void> {
    const { database } = this.#options
    for (const id of await listRemoved(database.read)) {
      while (await database.write(tx => removeProjectRows(tx, id))) if (!(await this.#isOpen())) return
    }
  }

  /** Goes on where a server died while it published a task's outputs. */
  async #settlePending(): Promise<void> {
    const { database } = this.#options
    for (const task of await listPending(database.read)) {
      while (await database.write(tx => settlePending(tx, task))) if (!(await this.#isOpen())) return
    }
  }

  async #removePlans(): Promise<void> {
    const { database } = this.#options
    const before = Date.now() - PLANS
    while (await database.write(tx => removeOldPlans(tx, before))) if (!(await this.#isOpen())) return
  }

  async #dropHolders(): Promise<void> {
    for (const look of [scanTaskHolders, scanMakerHolders]) await this.#dropThose(look)
  }

  async #dropThose(look: typeof scanMakerHolders): Promise<void> {
    const { database } = this.#options
    for (let after: string | undefined = ''; after !== undefined; ) {
      const { due, last } = await look(database.slow, after, ROWS)
      for (const holder of due) {
        while ((await database.write(tx => dropHolder(tx, holder, ROWS))) === ROWS) if (!(await this.#isOpen())) return
      }
      after = last
    }
  }

  async #condemn(): Promise<void> {
    const { database } = this.#options
    const found: HeldBytes = { held: 0, condemned: 0 }
    for (let after: string | undefined = ''; after !== undefined; ) {
      if (!(await this.#isOpen())) return
      const { held, condemned, loose, last } = await scanContents(database.slow, after, ROWS)
      found.held += held
      found.condemned += condemned
      if (loose.length > 0) await database.write(tx => condemn(tx, loose))
      after = last
    }
    Object.assign(this.swept, found)
  }

  async #remove(): Promise<void> {
    const { database, contents, limits, trouble } = this.#options
    const before = Date.now() - limits['removal-minutes'] * MINUTE
    for (;;) {
      const condemned = await listCondemned(database.read, before, ROWS)
      if (condemned.length === 0 || !(await this.#isOpen())) return
      // what has no hash yet gets it now, or never; an object of a volume is not fetched for that
      for (const { id, unhashed } of condemned) if (unhashed) await contents.sha256(id).catch(trouble)
      const ids = condemned.map(({ id }) => id)
      for (const { id, size, inStore } of await database.write(tx => markRemoved(tx, ids))) {
        await contents.forget(id, inStore)
        this.swept.freed += size
      }
    }
  }

  async #removeValues(): Promise<void> {
    const { database, limits } = this.#options
    if (Date.now() - this.#valuesSwept < DAY) return
    const before = Date.now() - limits['removal-minutes'] * 60_000
    const needed = new HashFilter()
    for (const table of REFERRING_TABLES) {
      for (let after: string[] | undefined, more = true; more; more = after !== undefined) {
        if (!(await this.#isOpen())) return
        const { hashes, last } = await referredTo(database.slow, table, after, ROWS)
        for (const hash of hashes) if (hash) needed.add(hash)
        after = last
      }
    }
    for (let after = '', more = true; more; ) {
      if (!(await this.#isOpen())) return
      const hashes = await storedHashes(database.slow, after, ROWS)
      const loose = hashes.filter(hash => !needed.has(hash))
      const kept = await condemnedOf(
        database.slow,
        hashes.filter(hash => needed.has(hash)),
      )
      if (loose.length > 0) await database.write(tx => removeValues(tx, loose, before))
      if (loose.length + kept.length > 0) await database.write(tx => condemnValues(tx, loose, kept))
      more = hashes.length === ROWS
      after = hashes.at(-1) ?? after
    }
    this.#valuesSwept = Date.now()
  }

  async #removeUnknown(): Promise<void> {
    const { database, contents, untouched = DAY, patience = PATIENCE } = this.#options
    if (!(await this.#writes()) || !(await this.#pause(patience)) || !(await this.#writes())) return
    for (const shard of await shards(contents.storeFolder)) {
      const names = await fs.readdir(shard)
      for (let from = 0; from < names.length; from += ROWS) {
        if (!(await this.#isOpen())) return
        const some = names.slice(from, from + ROWS)
        const known = await inStore(database.read, some.map(idOf))
        for (const name of some) {
          if (!known.has(name)) this.swept.freed += await removeOld(join(shard, name), untouched)
        }
      }
    }
  }

  /**
   * Where nothing can be written, as on a full disk, a job that has ended waits, however long, to get a row for bytes that lie in
   * the store already. It tries again within half a minute: so two writes, further apart than that, say that no such job waits.
   */
  async #writes(): Promise<boolean> {
    const written = this.#options.database.write(tx => putSetting(tx, SWEPT, String(Date.now())))
    return await written.then(
      () => true,
      error => {
        this.#options.trouble(error)
        return false
      },
    )
  }

  async #pause(milliseconds: number): Promise<boolean> {
    await pause(milliseconds, undefined, { signal: this.#stopped.signal, ref: false }).catch(() => undefined) // it is told to stop
    return !this.#stopped.signal.aborted
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
