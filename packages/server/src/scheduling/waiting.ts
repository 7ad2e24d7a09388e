import { type Capacity, type Need, NOTHING } from './need.ts'
import { Entry, type Order } from './order.ts'
import { type Link, Queue } from './queue.ts'
import type { Share, Shares } from './shares.ts'

export interface Request extends Capacity {
  user: string
  task: string
  /** the batch task whose child it is */
  batch?: string | undefined
  /** jobs of the task that may run at one time */
  parallel?: number | undefined
}

/** What a job that entered holds; `leave` may be called more than once. */
export interface Slot {
  leave(): void
}

export interface Waiting {
  task: Task
  link: Link<Waiting> | undefined
  need: Need
  /** since when it is the first and does not fit, in seconds */
  blocked: number | undefined
  signals: readonly AbortSignal[]
  enter(slot: Slot): void
  refuse(reason: unknown): void
}

export class Task {
  readonly id: string
  readonly user: Share<User>
  readonly group: Share<Group>
  readonly queue = new Queue<Waiting>()
  readonly entry: Entry<Task>
  parallel: number | undefined
  running = 0
  /** what its jobs that wait and may enter need together, by the first of them */
  wants: Need = NOTHING

  constructor(id: string, user: Share<User>, group: Share<Group>, age: number) {
    this.id = id
    this.user = user
    this.group = group
    this.entry = new Entry<Task>(this, age)
  }

  get isCapped(): boolean {
    return this.mayEnter <= 0
  }

  get mayEnter(): number {
    return Math.min(this.queue.size, (this.parallel ?? Infinity) - this.running)
  }
}

export type User = Shares<Group>

export interface Group {
  readonly tasks: Map<string, Task>
  readonly order: Order<Task>
}

export interface Reservation {
  readonly of: Waiting
  /** what may enter beside it: the machine without it and without those that entered since */
  beside: Need
  /** what is empty for it now, and counts as held */
  kept: Need
}
