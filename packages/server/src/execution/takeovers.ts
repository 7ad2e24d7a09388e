/**
 * Tasks that an earlier worker left, one of which it may have died of. Nobody can tell which: so what is taken up is written
 * down before it is driven, and who is there when the worker dies has a death more.
 *
 *   first time      the task has no row yet: all such tasks are taken up at once, each gets its row
 *   with a row      one after another, those with the fewest deaths first: the next when the one before has passed
 *   passed          one of its jobs runs, or it was driven for a while: the death that it was taken up with is taken back.
 *                   From the fifth time on it must be for longer, so that who kills late is found too
 *   further         one of its jobs settled, it was driven for a minute, or it has ended: the row goes
 *   three deaths    it is not driven again, it FAILED
 *
 * So a kill -9 or a power cut counts for no task that comes further, and an innocent task that ran beside the one that kills
 * passes before that one is taken up again. A process that dies as a whole is no different from a thread: all is in rows.
 */
import type { Database, Write } from '../database/index.ts'
import { clearDeath, countTakeover, deleteTakeover, listTakeovers } from '../database/takeovers.ts'
import type { Owner } from './owner.ts'

/** Deaths of workers. */
export const DEATHS = 3
/** Times that it was taken up, from which a job that runs is not enough. */
const OFTEN = 5
/** Milliseconds that a task is driven until it has passed, the first time; and until it has come further. */
const [WHILE, FURTHER] = [10_000, 60_000]

/** What a task that is driven tells. */
export interface Watch {
  /** one of its jobs runs */
  running(): void
  /** Writes, in the transaction in which one of its jobs settles, that it has come further. */
  settling(tx: Write): Promise<void>
  /** that is durable */
  settled(): void
}

export interface Takeover extends Watch {
  /** Writes down that it is driven from now on; false when it is not to be. */
  begin(): Promise<boolean>
  /** It has ended, or is not driven any more. */
  end(hasEnded: boolean): Promise<void>
}

interface Order {
  deaths: number
  taken: number
}

interface Waiting extends Order {
  task: string
  go(): void
}

export class Takeovers {
  readonly #database: Database
  readonly #owner: Owner
  readonly #trouble: (error: unknown, task: string) => void
  #known = new Map<string, Order>()
  #waiting: Waiting[] = []
  #current: string | undefined

  constructor(database: Database, owner: Owner, trouble: (error: unknown, task: string) => void) {
    this.#database = database
    this.#owner = owner
    this.#trouble = trouble
  }

  /** Learns which tasks have a row: before tasks that were left are taken up. */
  async load(): Promise<void> {
    this.#known = new Map((await listTakeovers(this.#database.read)).map(row => [row.task, row]))
  }

  /** Resolves when it is the task's turn to be taken up, or the signal says that it is to stop. */
  async enter(task: string, signal: AbortSignal): Promise<Takeover> {
    const order = this.#known.get(task)
    if (order && !signal.aborted) {
      await new Promise<void>(resolve => {
        this.#waiting.push({ task, ...order, go: resolve })
        signal.addEventListener('abort', () => resolve(), { once: true })
        // in a turn of its own: those that are taken at the same time are all there then
        setImmediate(() => this.#next())
      })
      this.#waiting = this.#waiting.filter(each => each.task !== task)
    }
    return new OneTakeover({
      task,
      write: work => this.#write(task, work),
      passed: () => this.#passed(task),
    })
  }

  #next(): void {
    if (this.#current !== undefined) return
    const [first] = this.#waiting.toSorted(
      (a, b) => a.deaths - b.deaths || a.taken - b.taken || (a.task < b.task ? -1 : 1),
    )
    if (!first) return
    this.#current = first.task
    first.go()
  }

  #passed(task: string): void {
    if (this.#current !== task) return
    this.#current = undefined
    this.#next()
  }

  async #write<T>(task: string, work: Parameters<Database['write']>[0]): Promise<T | undefined> {
    try {
      return (await this.#database.write(async tx => {
        await this.#owner.check(tx, task)
        return await work(tx)
      })) as T
    } catch (error) {
      this.#trouble(error, task)
      return undefined
    }
  }
}

interface Of {
  task: string
  write<T>(work: Parameters<Database['write']>[0]): Promise<T | undefined>
  /** another may be taken up */
  passed(): void
}

class OneTakeover implements Takeover {
  readonly #of: Of
  #taken = 0
  #hasPassed = false
  #isFurther = false
  #timers: NodeJS.Timeout[] = []
  /** one write after the other */
  #writing: Promise<unknown> = Promise.resolve()

  constructor(of: Of) {
    this.#of = of
  }

  async begin(): Promise<boolean> {
    const row = await this.#of.write<Order>(tx => countTakeover(tx, this.#of.task))
    if (row && row.deaths >= DEATHS) return false
    this.#taken = row?.taken ?? 1
    const last = Math.min(WHILE * this.#taken, FURTHER)
    this.#timers = [setTimeout(() => this.#pass(), last), setTimeout(() => this.#forget(), FURTHER)]
    for (const timer of this.#timers) timer.unref()
    return true
  }

  running(): void {
    if (this.#taken < OFTEN) this.#pass()
  }

  async settling(tx: Write): Promise<void> {
    if (!this.#isFurther) await deleteTakeover(tx, this.#of.task)
  }

  settled(): void {
    if (this.#isFurther) return
    this.#isFurther = true
    this.#hasPassed = true
    this.#then(async () => undefined)
  }

  #forget(): void {
    if (this.#isFurther) return
    this.#isFurther = true
    this.#hasPassed = true
    this.#then(() => this.#of.write(tx => deleteTakeover(tx, this.#of.task)))
  }

  async end(hasEnded: boolean): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    if (hasEnded) this.#forget()
    else this.#pass()
    await this.#writing
    this.#of.passed()
  }

  #pass(): void {
    if (this.#hasPassed) return
    this.#hasPassed = true
    this.#then(() => this.#of.write(tx => clearDeath(tx, this.#of.task)))
  }

  /** The next one is taken up when it is written that this one has passed. */
  #then(write: () => Promise<unknown>): void {
    this.#writing = this.#writing.then(write).then(() => this.#of.passed())
  }
}
