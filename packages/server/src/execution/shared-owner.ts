/**
 * One of several workers on one PostgreSQL database.
 *
 *   1. It joins: a new claim and a row in `workers` with a lease on the database's clock. A sixth of the lease later, and so
 *      on, it renews it (a beat), on the connection on which it listens.
 *   2. A task is taken by compare and set: its row gets this claim, if the claim that is there is of no worker any more. It
 *      takes at most MOST for each core, so that what waits is left to whoever is free; among what waits users come in fair turns,
 *      and one of whom no worker has a task yet is let in at once. Where the answer is lost (nobody knows whether it was committed) the
 *      task may be this worker's, whom all others leave it to: it is asked for again at the next look.
 *   3. Every transaction about a task begins by locking its row and comparing the claim (`check`). So a worker that wakes up
 *      late writes nothing: its transaction sees the newer claim, or comes before the take-over, which then waits for it.
 *   4. Whoever finds a worker's lease ended, or its process gone, buries it: the row is removed, and its tasks can be taken.
 *      A beat that finds no row ends the worker at once (`fenced`): the jobs may be another's of this machine now. Its successor
 *      ends those whose task went to another machine (abandoned.ts), and while there is no way to the database those that were marked.
 *   5. While the database is away nobody is buried: leases end by themselves then, so a worker buries by the clock only when
 *      it has been connected for a whole lease. Without a beat for most of a lease it starts no job (`held`), because another
 *      may have taken over; those that run go on.
 *
 * Messages (LISTEN) only make it quicker: each beat looks at the rows too.
 */
import { availableParallelism } from 'node:os'
import { isPassing } from '../database/errors.ts'
import type { Database, Write } from '../database/index.ts'
import { announce } from '../database/postgres/announce.ts'
import { Channel } from '../database/postgres/channel.ts'
import {
  checkOwner,
  claimTask,
  deleteExpiredWorkers,
  deleteWorkers,
  insertWorker,
  listNext,
  listOrphans,
  listRunningAt,
  listWorkers,
  renewLease,
} from '../database/workers.ts'
import { readMessage, type ToWorker } from '../domain/worker-messages.ts'
import type { Owner, TakenTask } from './owner.ts'
import { bootId, processHasEnded, processIdentity } from './process-identity.ts'

/** Milliseconds of a lease. */
export const LEASE = 30_000
/** Of a lease: between beats, and after which without one nothing is started. */
export const BEAT = 1 / 6
const SURE = 2 / 3
/** Tasks for each core that are taken of those that wait. */
const MOST = 2

export interface SharedOwnerOptions {
  database: Database
  url: string
  lease?: number | undefined
  /** an earlier worker of this process, which is dead */
  after?: number | undefined
  /** another worker has taken over */
  fenced(): void
  heard(message: ToWorker): void
  trouble(error: unknown): void
}

export class SharedOwner implements Owner {
  readonly claim: number
  readonly mostTasks = MOST * availableParallelism()
  readonly #options: SharedOwnerOptions
  readonly #lease: number
  readonly #channel: Channel
  #timer: NodeJS.Timeout | undefined
  #beating = false
  /** clocks at the last beat, and since when there has been none missing */
  #beat = clocks()
  #since = performance.now()
  #waiting: (() => void)[] = []
  /** tasks that were asked for and of which there was no answer */
  readonly #unanswered = new Set<string>()

  static async join(options: SharedOwnerOptions): Promise<SharedOwner> {
    const { database, lease = LEASE, after } = options
    const before = clocks()
    const claim = await database.write(async tx => {
      if (after !== undefined) await deleteWorkers(tx, [after])
      return await insertWorker(tx, { place: bootId(), process: processIdentity(), lease })
    })
    return new SharedOwner(options, claim, before)
  }

  private constructor(options: SharedOwnerOptions, claim: number, beat: Clocks) {
    this.claim = claim
    this.#options = options
    this.#lease = options.lease ?? LEASE
    this.#beat = beat
    this.#channel = new Channel({
      url: options.url,
      heard: text => {
        const message = readMessage(text)
        if (message) options.heard(message)
      },
      connected: () => {
        this.#since = performance.now()
        this.#tick()
      },
    })
    this.#timer = setInterval(() => this.#tick(), this.#lease * BEAT)
  }

  check(tx: Write, task: string): Promise<void> {
    return checkOwner(tx, task, this.claim)
  }

  async claimTask(id: string): Promise<TakenTask | undefined> {
    const isAgain = this.#unanswered.has(id)
    this.#unanswered.add(id)
    const task = await this.#options.database.write(tx => claimTask(tx, id, this.claim))
    this.#unanswered.delete(id)
    // whose it was before is not known any more
    return task && isAgain ? { ...task, left: true } : task
  }

  async claimTasks(room: number): Promise<TakenTask[]> {
    const taken: TakenTask[] = []
    try {
      await this.#claimInto(taken, room)
    } catch (error) {
      // what is this worker's already is driven; the next look asks for the others
      if (taken.length === 0) throw error
      this.#options.trouble(error)
    }
    return taken
  }

  async #claimInto(taken: TakenTask[], room: number): Promise<void> {
    const { read } = this.#options.database
    const first = [...this.#unanswered, ...(await listOrphans(read))]
    for (const id of new Set(first)) taken.push(...present(await this.claimTask(id)))
    for (let left = room; ; ) {
      const before = left
      const next = await listNext(read)
      for (const { id, owned } of next) {
        // a user of whom nobody has a task is let in even if this worker has no room
        if (left <= 0 && owned > 0) continue
        const task = await this.claimTask(id)
        taken.push(...present(task))
        if (task) left--
      }
      if (left === before) return
    }
  }

  async tasksToEnd(ids: string[]): Promise<string[]> {
    const here = new Set(await listRunningAt(this.#options.database.read, ids, bootId()))
    return ids.filter(id => !here.has(id))
  }

  async leaseIsCurrent(): Promise<void> {
    while (since(this.#beat) > this.#lease * SURE) await new Promise<void>(resolve => this.#waiting.push(resolve))
  }

  async release(): Promise<void> {
    clearInterval(this.#timer)
    try {
      await deleteWorkers(this.#channel.db, [this.claim])
      await announce(this.#channel.db, { type: 'look' } satisfies ToWorker)
    } catch {
      // without a database the lease ends by itself
    }
  }

  #tick(): void {
    if (this.#beating) return
    this.#beating = true
    this.#renew()
      // the channel connects again and says so
      .catch(error => isPassing(error) || this.#options.trouble(error))
      .finally(() => {
        this.#beating = false
      })
  }

  async #renew(): Promise<void> {
    const now = clocks()
    const { db } = this.#channel
    if (!(await renewLease(db, this.claim, this.#lease))) return this.#options.fenced()
    this.#beat = now
    for (const resume of this.#waiting.splice(0)) resume()
    if (performance.now() - this.#since >= this.#lease) await deleteExpiredWorkers(db)
    const others = (await listWorkers(db)).filter(({ place, claim }) => claim !== this.claim && place === bootId())
    await deleteWorkers(
      db,
      others.filter(({ process }) => processHasEnded(process)).map(({ claim }) => claim),
    )
    this.#options.heard({ type: 'look' })
  }
}

interface Clocks {
  /** stands still while the machine sleeps, and can't be set */
  steady: number
  wall: number
}

function clocks(): Clocks {
  return { steady: performance.now(), wall: Date.now() }
}

/** Milliseconds, by the clock that says more: to be sure of a lease both must say so. */
function since(then: Clocks): number {
  return Math.max(performance.now() - then.steady, Date.now() - then.wall)
}

function present<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value]
}
