import type { Database, Write } from '../database/index.ts'
import { type ActiveTask, checkClaim, findActive, listActive } from '../database/task-states.ts'

/** A task that is this worker's from now on. */
export interface TakenTask extends ActiveTask {
  /** an earlier worker may have driven it, and died */
  left?: boolean
}

/**
 * Which tasks are this worker's, and in whose name it writes. With SQLite it is the only one, by the lock of the data folder
 * (SingleOwner); with PostgreSQL several share the tasks by leases (shared-owner.ts).
 */
export interface Owner {
  /** the number in whose name everything is written */
  readonly claim: number
  /** tasks that it takes of those that wait; the others are left to whoever is free */
  readonly most: number
  /** Rejects with FencedError unless the task is this worker's: the first statement of each transaction about it. */
  check(tx: Write, task: string): Promise<void>
  /** Makes a task this worker's; undefined when it is not on its way, or another worker has it. */
  take(id: string): Promise<TakenTask | undefined>
  /** Takes what there is to take: what earlier workers left, and up to `room` of those that wait. */
  takeSome(room: number): Promise<TakenTask[]>
  /** Which of these tasks have nothing to run on this machine: they have ended, or a worker of another one has them. */
  strays(ids: string[]): Promise<string[]>
  /** Resolves when it is sure that no other worker has taken over: nothing is started before. */
  held(): Promise<void>
  /** Gives up what it has: another may take over at once. */
  leave(): Promise<void>
}

export class SingleOwner implements Owner {
  readonly claim: number
  readonly most = Number.POSITIVE_INFINITY
  readonly #database: Database
  #isFirst = true

  constructor(database: Database, claim: number) {
    this.#database = database
    this.claim = claim
  }

  check(tx: Write): Promise<void> {
    return checkClaim(tx, this.claim)
  }

  take(id: string): Promise<ActiveTask | undefined> {
    return findActive(this.#database.read, id)
  }

  /** What there is when this worker begins was an earlier one's. */
  async takeSome(): Promise<TakenTask[]> {
    const left = this.#isFirst
    const tasks = await listActive(this.#database.read)
    this.#isFirst = false
    return tasks.map(task => ({ ...task, left }))
  }

  async strays(): Promise<string[]> {
    return []
  }

  async held(): Promise<void> {}

  async leave(): Promise<void> {}
}
