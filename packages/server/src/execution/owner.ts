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
  readonly mostTasks: number
  /** Rejects with FencedError unless the task is this worker's: the first statement of each transaction about it. */
  check(tx: Write, task: string): Promise<void>
  /** Makes a task this worker's; undefined when it is not on its way, or another worker has it. */
  claimTask(id: string): Promise<TakenTask | undefined>
  /** Takes what there is to take: what earlier workers left, and up to `room` of those that wait. */
  claimTasks(room: number): Promise<TakenTask[]>
  /** Which of these tasks have nothing to run on this machine: they have ended, or a worker of another one has them. */
  tasksToEnd(ids: string[]): Promise<string[]>
  /** Resolves when it is sure that no other worker has taken over: nothing is started before. */
  leaseIsCurrent(): Promise<void>
  /** Gives up what it has: another may take over at once. */
  release(): Promise<void>
}

export class SingleOwner implements Owner {
  readonly claim: number
  readonly mostTasks = Number.POSITIVE_INFINITY
  readonly #database: Database
  #isFirst = true

  constructor(database: Database, claim: number) {
    this.#database = database
    this.claim = claim
  }

  check(tx: Write): Promise<void> {
    return checkClaim(tx, this.claim)
  }

  claimTask(id: string): Promise<ActiveTask | undefined> {
    return findActive(this.#database.read, id)
  }

  /** What there is when this worker begins was an earlier one's. */
  async claimTasks(): Promise<TakenTask[]> {
    const left = this.#isFirst
    const tasks = await listActive(this.#database.read)
    this.#isFirst = false
    return tasks.map(task => ({ ...task, left }))
  }

  async tasksToEnd(): Promise<string[]> {
    return []
  }

  async leaseIsCurrent(): Promise<void> {}

  async release(): Promise<void> {}
}
