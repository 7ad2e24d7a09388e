/**
 * Which ready job is next. Cores and memory are admitted against what the machine has: a job enters when both are free and
 * its task runs fewer jobs than its cap. Every job counts for a minimum. Among the waiting:
 *
 *   1. users come in fair order (shares.ts): the larger of the fractions of cores and memory that they hold, and have held;
 *   2. a user's batches and single tasks likewise, the tasks of a batch oldest first, the jobs of a task oldest first;
 *   3. a job that does not fit is passed over. Once it was the first in the fair order, and has not fitted for PATIENCE, it
 *      reserves its place when another would pass it: from then on jobs enter only beside it, as far as it would fit with
 *      them when all that ran before has left. So it waits for those that run and for none that comes. It holds up no more
 *      than its own size, which counts as its user's while others want it, and there is one such place at a time. Who waits
 *      because others are due first reserves nothing.
 *
 * Nothing polls: the queue is looked at once for all that arrive, leave or withdraw in one turn. Each of these takes O(log n)
 * (order.ts). What can never fit is refused on arrival.
 */
import {
  type Capacity,
  checkFits,
  dominantShare,
  fits,
  fractionAvailable,
  inUnits,
  larger,
  minus,
  type Need,
  NOTHING,
  plus,
  smaller,
  times,
} from './need.ts'
import { Order } from './order.ts'
import { type Clock, Shares } from './shares.ts'
import { type Request, type Reservation, type Slot, Task, type User, type Waiting } from './waiting.ts'
import { Withdrawals } from './withdrawals.ts'

export { CannotFitError, type Capacity } from './need.ts'
export type { Request, Slot } from './waiting.ts'

/** Seconds. */
const PATIENCE = 30

export interface SchedulerOptions {
  /** that each job counts for at least */
  minimum?: Capacity
  /** milliseconds of a clock that only moves on */
  now?: () => number
}

export class Scheduler {
  readonly #capacity: Capacity
  readonly #all: Need
  readonly #minimum: Need
  readonly #now: () => number
  readonly #clock: Clock
  readonly #users: Shares<User>
  readonly #withdrawals = new Withdrawals<Waiting>((waiting, reason) => this.#withdraw(waiting, reason))
  /** tasks in which something has changed since the queue was looked at */
  readonly #changed = new Set<Task>()
  #free: Need
  /** what all that wait and may enter need together */
  #wants = NOTHING
  #reservation: Reservation | undefined
  /** the last that was the first and did not fit */
  #blocked: Waiting | undefined
  #isDue = false
  #ages = 0

  constructor(capacity: Capacity, { minimum, now = () => performance.now() }: SchedulerOptions = {}) {
    this.#capacity = capacity
    this.#all = inUnits(capacity)
    this.#free = this.#all
    this.#minimum = minimum ? smaller(inUnits(minimum), this.#all) : NOTHING
    this.#now = now
    this.#clock = { now: now() / 1000, contended: 0 }
    const group = () => ({ tasks: new Map<string, Task>(), order: new Order<Task>() })
    this.#users = new Shares(this.#all, this.#clock, () => new Shares(this.#all, this.#clock, group))
  }

  /** All that there is for jobs. */
  get capacity(): Readonly<Capacity> {
    return this.#capacity
  }

  /** Resolves when the job may start; rejects with a signal's reason, or with CannotFitError at once. */
  async enter(request: Request, ...signals: AbortSignal[]): Promise<Slot> {
    checkFits(request, this.#capacity)
    for (const signal of signals) signal.throwIfAborted()
    return await new Promise((resolve, reject) => {
      const task = this.#taskOf(request)
      task.parallel = request.parallel
      const need = larger(inUnits(request), this.#minimum)
      const waiting: Waiting = {
        task,
        link: undefined,
        need,
        blocked: undefined,
        signals,
        enter: resolve,
        refuse: reject,
      }
      waiting.link = task.queue.push(waiting)
      this.#withdrawals.add(signals, waiting)
      this.#change(task)
    })
  }

  /** For a job that runs already, found after a restart: it holds its part even if that is more than is free. */
  occupy(request: Request): Slot {
    return this.#hold(this.#taskOf(request), larger(inUnits(request), this.#minimum))
  }

  #admit(): void {
    this.#isDue = false
    this.#tick()
    for (const task of this.#changed) this.#place(task)
    this.#changed.clear()
    for (let next = this.#next(); next; next = this.#next()) {
      const { task, need } = next
      this.#take(next)
      const slot = this.#hold(task, need)
      this.#changed.delete(task)
      this.#place(task)
      next.enter(slot)
    }
    this.#keep()
  }

  #next(): Waiting | undefined {
    if (this.#reservation) return this.#nextBeside(this.#reservation)
    const first = this.#users.first()?.inner.first()?.inner.order.first?.queue.first
    if (!first) return undefined
    if (fits(first.need, this.#free) && this.#blocked?.task.user !== first.task.user) return first
    if (!fits(first.need, this.#free)) this.#blocked = first
    const blocked = this.#blocked ?? first
    blocked.blocked ??= this.#clock.now
    const next = this.#find(this.#free)
    if (!next || this.#clock.now - blocked.blocked < PATIENCE) return next
    this.#reservation = { of: blocked, beside: minus(this.#all, blocked.need), kept: NOTHING }
    return this.#nextBeside(this.#reservation)
  }

  #nextBeside({ of, beside }: Reservation): Waiting | undefined {
    if (of.task.isCapped) return this.#find(this.#free)
    return fits(of.need, this.#free) ? of : this.#find(smaller(this.#free, beside))
  }

  #find(room: Need): Waiting | undefined {
    return this.#users.find(room, user =>
      user.inner.find(room, group => group.inner.order.find(room, task => task.queue.first)),
    )
  }

  #hold(task: Task, need: Need): Slot {
    this.#tick()
    this.#count(task, need, 1)
    this.#users.entered(task.user)
    task.user.inner.entered(task.group)
    const since = this.#reservation
    if (since) since.beside = minus(since.beside, need)
    let left = false
    return {
      leave: () => {
        if (left) return
        left = true
        this.#tick()
        this.#count(task, need, -1)
        if (since) since.beside = plus(since.beside, need)
        this.#change(task)
      },
    }
  }

  #count(task: Task, need: Need, sign: 1 | -1): void {
    task.running += sign
    this.#free = sign > 0 ? minus(this.#free, need) : plus(this.#free, need)
    this.#share(task, need, sign)
  }

  #share({ user, group }: Task, need: Need, sign: 1 | -1): void {
    if (sign > 0) {
      this.#users.hold(user, need)
      user.inner.hold(group, need)
    } else {
      this.#users.release(user, need)
      user.inner.release(group, need)
    }
  }

  /** Puts a task where it belongs, and the group and the user with it; what nothing runs or waits of is forgotten. */
  #place(task: Task): void {
    const { user, group, entry } = task
    const { tasks, order } = group.inner
    const first = task.queue.first
    const wants = first ? times(first.need, Math.max(0, task.mayEnter)) : NOTHING
    this.#wants = plus(this.#wants, minus(wants, task.wants))
    user.wants = plus(user.wants, minus(wants, task.wants))
    task.wants = wants
    if (first && !task.isCapped) order.put(entry, entry.age, first.need)
    else order.remove(entry)
    if (!first && task.running === 0) tasks.delete(task.id)
    if (order.isEmpty) user.inner.endWaiting(group, tasks.size === 0)
    else user.inner.beginWaiting(group, order.leastNeed)
    if (user.inner.order.isEmpty) this.#users.endWaiting(user, user.inner.isIdle)
    else this.#users.beginWaiting(user, user.inner.order.leastNeed)
  }

  #withdraw(waiting: Waiting, reason: unknown): void {
    this.#tick()
    this.#take(waiting)
    waiting.refuse(reason)
    this.#change(waiting.task)
  }

  #take(waiting: Waiting): void {
    if (waiting.link) waiting.task.queue.remove(waiting.link)
    this.#withdrawals.remove(waiting.signals, waiting)
    if (this.#blocked === waiting) this.#blocked = undefined
    if (this.#reservation?.of !== waiting) return
    this.#share(waiting.task, this.#reservation.kept, -1)
    this.#reservation = undefined
  }

  /** Counts to who reserved a place what is kept empty for it, as far as others want it. */
  #keep(): void {
    if (!this.#reservation) return
    const { of, kept } = this.#reservation
    const others = minus(this.#wants, of.task.user.wants)
    const now = smaller(smaller(of.need, others), larger(this.#free, NOTHING))
    if (now.cores === kept.cores && now.ram === kept.ram) return
    this.#share(of.task, kept, -1)
    this.#share(of.task, now, 1)
    this.#reservation.kept = now
    this.#place(of.task)
  }

  #change(task: Task): void {
    this.#changed.add(task)
    if (this.#isDue) return
    this.#isDue = true
    queueMicrotask(() => this.#admit())
  }

  #tick(): void {
    const now = Math.max(this.#now() / 1000, this.#clock.now)
    const passed = now - this.#clock.now
    this.#clock.now = now
    if (passed === 0 || this.#users.order.isEmpty) return
    this.#clock.contended += passed
    if (!this.#blocked || this.#reservation) return
    const { need, task } = this.#blocked
    const unused = passed * dominantShare(need, this.#all) * fractionAvailable(need, this.#free)
    this.#users.forgive(task.user, unused)
    task.user.inner.forgive(task.group, unused)
  }

  #taskOf({ user: name, task: id, batch = id }: Request): Task {
    const user = this.#users.get(name)
    const group = user.inner.get(batch)
    const known = group.inner.tasks.get(id)
    if (known) return known
    const task = new Task(id, user, group, this.#ages++)
    group.inner.tasks.set(id, task)
    return task
  }
}
