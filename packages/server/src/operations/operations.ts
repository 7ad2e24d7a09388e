import type { Context, OperationQueue } from '../context.ts'
import type { Clock } from '../database/clock.ts'
import type { Database, Write } from '../database/index.ts'
import {
  claimOperation,
  deleteFinished,
  findWaiting,
  insertOperation,
  listWaitingUsers,
  releaseAll,
  updateOwned,
} from '../database/operations.ts'
import { behindTheCall } from '../database/own-handle.ts'
import type { OperationRow } from '../database/schema.ts'
import { newUuid } from '../ids.ts'
import type { OperationKind } from './kind.ts'
import { newOperation } from './new-operation.ts'
import { LostOperationError, runOperation } from './run.ts'

/** Milliseconds for which a process has an operation; renewed with each step, and three times in that span beside a long one. */
const LEASE = 60_000
/** Operations of a lane that one process runs at one time. */
const PLACES = 4
/** The same with those of users who have one there alone: the long transfers of one keep nobody else from any. */
const MOST_PLACES = 16
/** How long what has ended can be asked for. */
const KEPT = 30 * 24 * 3600_000
/** Milliseconds between two looks for what other processes left, for what failed in passing, and for what is to be removed. */
const LOOK = 20_000

export interface OperationsOptions {
  /** no other process runs operations of this database: what a crash left is taken up at once */
  alone: boolean
  lease?: number
  /** what leases go by; the database's when not given */
  clock?: Clock
}

/**
 * Durable operations behind the API: a call accepts one in its own transaction and answers; it runs after the commit, an
 * item after the other, here or in whichever process comes next.
 *
 * 1. `accept` writes the row, in the caller's transaction; `wake` after the commit looks for what waits.
 * 2. Free places of each lane are filled with what nobody runs, the oldest first, but of the user with the fewest running
 *    there; one who has none there gets one also when they are taken.
 *    Taking one is a write of owner and lease under the condition that nobody has it.
 * 3. run.ts does the work. A database in trouble leaves it to the next look, some seconds later.
 * 4. `stop` lets the steps in flight end and gives the rest back, so that another process need not wait for the lease.
 *    After a crash a lone process gives everything back as it starts; with several the lease runs out.
 */
export class Operations implements OperationQueue {
  readonly #database: Database
  readonly #kinds: Map<string, OperationKind>
  readonly #alone: boolean
  readonly #lease: number
  readonly #clock: Clock
  readonly #owner = newUuid()
  readonly #running = new Map<string, { username: string; lane: string; done: Promise<void> }>()
  readonly #stopping = new AbortController()
  #context: Context | undefined
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined
  #again = false

  constructor(database: Database, kinds: OperationKind[], options: OperationsOptions) {
    this.#database = database
    this.#kinds = new Map(kinds.map(kind => [kind.name, kind]))
    this.#alone = options.alone
    this.#lease = options.lease ?? LEASE
    this.#clock = options.clock ?? database.clock
  }

  /** Takes up what earlier processes left. */
  async start(context: Context): Promise<void> {
    if (this.#alone) await this.#database.write(releaseAll)
    this.#context = context
    this.#timer = setInterval(() => this.#tick(), LOOK)
    this.#timer.unref()
    this.wake()
  }

  /** Writes an operation, to be run after the commit: then call `wake`. */
  async accept(tx: Write, kind: string, username: string, request: unknown): Promise<OperationRow> {
    if (!this.#kinds.has(kind)) throw new Error(`there is no kind of operation ${kind}`)
    const row = newOperation(kind, username, request)
    await insertOperation(tx, row)
    return row
  }

  /** Accepts one in a transaction of its own, of the database that the call is given. */
  async submit(database: Database, kind: string, username: string, request: unknown): Promise<OperationRow> {
    const row = await database.write(tx => this.accept(tx, kind, username, request))
    this.wake()
    return row
  }

  /** Something waits: looks for it as soon as may be. */
  wake(): void {
    this.#again = true
    this.#looking ??= behindTheCall(() => this.#claimWaiting()).finally(() => {
      this.#looking = undefined
      // it may have been woken between its last look and here
      if (this.#again && this.#context && !this.#stopping.signal.aborted) this.wake()
    })
  }

  /** Until nothing runs here and nothing waits that could. */
  async idle(): Promise<void> {
    for (;;) {
      await this.#looking
      const running = [...this.#running.values()].map(({ done }) => done)
      if (running.length === 0 && !this.#looking) return
      await Promise.all(running)
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopping.abort()
    await this.idle()
  }

  async #claimWaiting(): Promise<void> {
    while (this.#again && !this.#stopping.signal.aborted && this.#context) {
      this.#again = false
      for (const lane of ['rows', 'bytes']) {
        // the next look, or the next end of an operation, tries again
        await this.#fill(this.#context, lane).catch(error => this.#context?.log.warn({ err: error }, 'operations wait'))
      }
    }
  }

  async #fill(context: Context, lane: string): Promise<void> {
    const kinds = [...this.#kinds.values()].filter(kind => kind.lane === lane).map(kind => kind.name)
    if (kinds.length === 0) return
    while (this.#inLane(lane).length < MOST_PLACES && !this.#stopping.signal.aborted) {
      const wanted = { kinds, now: this.#clock.now(), except: [...this.#running.keys()] }
      const username = this.#fairest(lane, await listWaitingUsers(this.#database.read, wanted))
      const next = username && (await findWaiting(this.#database.read, username, wanted))
      if (!next) return
      const claimed = await this.#database.write(tx =>
        claimOperation(tx, next.id, this.#owner, this.#clock.now(), this.#clock.later(this.#lease)),
      )
      if (claimed) this.#begin(context, next, lane)
    }
  }

  /** Of these users the one who has the fewest running in the lane; when its places are taken, none that has any. */
  #fairest(lane: string, users: string[]): string | undefined {
    const running = this.#inLane(lane)
    const counts = users.map(user => running.filter(each => each.username === user).length)
    const fewest = Math.min(...counts)
    return running.length < PLACES || fewest === 0 ? users[counts.indexOf(fewest)] : undefined
  }

  #inLane(lane: string) {
    return [...this.#running.values()].filter(each => each.lane === lane)
  }

  #begin(context: Context, { id, kind, username }: OperationRow, lane: string): void {
    const done = this.#run(context, this.#kinds.get(kind)!, id).then(ended => {
      this.#running.delete(id)
      if (ended) this.wake()
    })
    this.#running.set(id, { username, lane, done })
  }

  /** False when it is to wait for the next look. */
  async #run(context: Context, kind: OperationKind, id: string): Promise<boolean> {
    const lost = new AbortController()
    const signal = AbortSignal.any([this.#stopping.signal, lost.signal])
    const ownership = { owner: this.#owner, lease: () => this.#clock.later(this.#lease) }
    const renew = async () => {
      const owned = await this.#database
        .write(tx => updateOwned(tx, id, this.#owner, { lease: ownership.lease() }))
        // not known: the next beat tells, or the next transaction of a step
        .catch(() => true)
      if (!owned) lost.abort()
    }
    const beat = setInterval(renew, this.#lease / 3)
    beat.unref()
    try {
      await runOperation(context, kind, id, ownership, signal)
    } catch (error) {
      if (!signal.aborted && !(error instanceof LostOperationError)) {
        context.log.warn({ err: error, operation: id }, 'an operation waits')
        await this.#giveBack(id)
        return false
      }
    } finally {
      clearInterval(beat)
    }
    if (this.#stopping.signal.aborted) await this.#giveBack(id)
    return true
  }

  async #giveBack(id: string): Promise<void> {
    // its lease ends by itself
    await this.#database.write(tx => updateOwned(tx, id, this.#owner, { owner: null, lease: 0 })).catch(() => undefined)
  }

  #tick(): void {
    this.wake()
    const before = Date.now() - KEPT
    // they are removed at a later look
    this.#database.write(tx => deleteFinished(tx, before, 100)).catch(() => undefined)
  }
}
