/**
 * Whose task is driven next. Each that is driven holds memory, so no more than so many are at one time; what they run is another
 * matter (scheduler.ts). A task may be driven for days, so a user never takes all that there is:
 *
 *   1. the user who has the fewest turns comes first, among equals whoever got one least lately; a user's batches and other
 *      tasks likewise, the tasks of each oldest first;
 *   2. a user may have SPARE times as many turns as are still free, and one in any case, even beyond what there is.
 *
 * So one user alone has three quarters of all, and whoever comes finds some that are free. O(log n) for each that comes or goes.
 */
import { NOTHING } from './need.ts'
import { Entry, Order } from './order.ts'
import { type Link, Queue } from './queue.ts'
import type { Slot } from './waiting.ts'

const SPARE = 3

/** Whether a user who has some turns may have one more of those that are free. */
export function mayTake(has: number, free: number): boolean {
  return has < Math.max(1, SPARE * free)
}

export interface TurnRequest {
  user: string
  /** the batch task whose child it is */
  batch?: string | undefined
}

interface Waiting {
  group: Group
  take(slot: Slot): void
}

class User {
  readonly name: string
  readonly groups = new Map<string, Group>()
  readonly order = new Order<Group>()
  readonly entry: Entry<User>
  has = 0

  constructor(name: string, age: number) {
    this.name = name
    this.entry = new Entry<User>(this, age)
  }
}

class Group {
  readonly name: string
  readonly user: User
  readonly queue = new Queue<Waiting>()
  readonly entry: Entry<Group>
  has = 0

  constructor(name: string, user: User, age: number) {
    this.name = name
    this.user = user
    this.entry = new Entry<Group>(this, age)
  }
}

export class FairTurns {
  readonly #users = new Map<string, User>()
  readonly #order = new Order<User>()
  #free: number
  #ages = 0

  constructor(most: number) {
    this.#free = most
  }

  /** Resolves when it is the task's turn; rejects with the signal's reason. */
  async enter(request: TurnRequest, signal: AbortSignal): Promise<Slot> {
    signal.throwIfAborted()
    return await new Promise((resolve, reject) => {
      const group = this.#groupOf(request)
      const withdraw = () => {
        group.queue.remove(link)
        this.#place(group)
        reject(signal.reason)
      }
      const take = (slot: Slot) => {
        signal.removeEventListener('abort', withdraw)
        resolve(slot)
      }
      const link: Link<Waiting> = group.queue.push({ group, take })
      signal.addEventListener('abort', withdraw, { once: true })
      this.#place(group)
      this.#admit()
    })
  }

  #admit(): void {
    for (let user = this.#order.first; user && mayTake(user.has, this.#free); user = this.#order.first) {
      const group = user.order.first
      const next = group?.queue.shift()
      if (!group || !next) return
      this.#count(group, 1)
      this.#place(group, this.#ages++)
      let left = false
      next.take({
        leave: () => {
          if (left) return
          left = true
          this.#count(group, -1)
          this.#place(group)
          this.#admit()
        },
      })
    }
  }

  #count(group: Group, more: 1 | -1): void {
    group.has += more
    group.user.has += more
    this.#free -= more
  }

  /**
   * Puts a group and its user where they belong; what has nothing and waits for nothing is forgotten.
   * @param age where it has just got a turn: it comes after its equals
   */
  #place(group: Group, age?: number): void {
    const { user } = group
    if (group.queue.size > 0) user.order.put(group.entry, group.has, NOTHING, age)
    else user.order.remove(group.entry)
    if (group.queue.size === 0 && group.has === 0) user.groups.delete(group.name)
    this.#order.remove(user.entry)
    if (!user.order.isEmpty) this.#order.put(user.entry, user.has, NOTHING, age)
    if (user.groups.size === 0) this.#users.delete(user.name)
  }

  #groupOf({ user: name, batch = '' }: TurnRequest): Group {
    const user = this.#users.get(name) ?? new User(name, this.#ages++)
    this.#users.set(name, user)
    const group = user.groups.get(batch) ?? new Group(batch, user, this.#ages++)
    user.groups.set(batch, group)
    return group
  }
}
