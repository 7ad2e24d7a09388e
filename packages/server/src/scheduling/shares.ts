/**
 * Who comes next among those who share something: users share the machine, and what a user has is shared by their batches
 * and single tasks, in the same way.
 *
 *   used   what it had, in seconds of the whole machine (its dominant share times the time), while anybody waited: what is
 *          used while nobody waits is taken from nobody, and not counted
 *   rank   used, and SPREAD seconds of what it has now. The lowest comes first, among equals the oldest. So who holds less comes
 *          first, and over longer times who had less; who runs an hour on all cores is passed by others for an hour
 *   floor  the `used` of the first that waits. Whoever begins to wait begins there at least: nobody saves up by not asking,
 *          and who holds nothing yet comes before all who do
 *   owed   how far who waits for a moment no more (its task runs as many jobs as it may) was below the first of the others
 *          then: that far below the floor it begins again
 *
 *   forgiven  to the first that holds nothing: what was free while it did not fit, as far as it would have used it
 *
 * What it had grows while its jobs run, its rank only when it is looked at: that never makes it lower, so the first of the
 * order, brought up to date until it stays the first, is the right one. Those that hold something are not more than jobs run.
 */
import { dominantShare, minus, type Need, NOTHING, plus } from './need.ts'
import { Entry, Order } from './order.ts'
import { type Link, Queue } from './queue.ts'

/** Seconds that each job counts from its start as though it ran on for so long. */
const SPREAD = 60
/** Of those that are away, how many are remembered, and for how many seconds. */
const [MOST_AWAY, MEMORY] = [100, 3600]

/** The times that are counted in, in seconds: to be moved on by their owner. */
export interface Clock {
  now: number
  /** stands still while nobody waits */
  contended: number
}

/** Somebody who shares: holds jobs, has jobs that wait, or had some lately. */
export class Share<Inner> {
  readonly name: string
  readonly inner: Inner
  readonly entry: Entry<Share<Inner>>
  held: Need = NOTHING
  /** what waits of it and may enter, together */
  wants: Need = NOTHING
  used = 0
  owed = 0
  /** by the contended clock: up to when `used` is counted */
  upTo = 0
  away: Link<Share<Inner>> | undefined
  awaySince = 0

  constructor(name: string, inner: Inner, age: number) {
    this.name = name
    this.inner = inner
    this.entry = new Entry(this, age)
  }
}

export class Shares<Inner> {
  readonly order = new Order<Share<Inner>>()
  readonly #of: Need
  readonly #clock: Clock
  readonly #make: () => Inner
  readonly #members = new Map<string, Share<Inner>>()
  /** who holds nothing and waits for nothing but has had more than others, oldest first */
  readonly #away = new Queue<Share<Inner>>()
  #floor = 0
  /** the `used` of who got something last */
  #lately = 0
  #ages = 0

  /** @param of all that is shared */
  constructor(of: Need, clock: Clock, make: () => Inner) {
    this.#of = of
    this.#clock = clock
    this.#make = make
  }

  /** Nobody holds anything or waits. */
  get isIdle(): boolean {
    return this.#members.size === this.#away.size
  }

  get(name: string): Share<Inner> {
    const known = this.#members.get(name)
    if (known) return this.#back(known)
    const share = new Share(name, this.#make(), this.#ages++)
    share.upTo = this.#clock.contended
    this.#members.set(name, share)
    return share
  }

  hold(share: Share<Inner>, need: Need): void {
    this.#count(share)
    share.held = plus(share.held, need)
  }

  release(share: Share<Inner>, need: Need): void {
    this.#count(share)
    share.held = minus(share.held, need)
  }

  /** One of its jobs has entered. */
  entered(share: Share<Inner>): void {
    this.#lately = share.used
  }

  /** So much was of no use to the first, which did not fit, nor to anybody else: what it had more than who came last is forgiven. */
  forgive(share: Share<Inner>, seconds: number): void {
    if (share.held.cores > 0 || share.held.ram > 0) return
    share.used = Math.max(Math.min(share.used, this.#lately), share.used - seconds)
    if (share.entry.isIn) this.#put(share, share.entry.need)
  }

  /** It has something that waits, and this is the least that it needs. */
  beginWaiting(share: Share<Inner>, need: Need): void {
    this.#count(share)
    if (!share.entry.isIn) share.used = Math.max(share.used, this.#floorNow() - share.owed)
    this.#put(share, need)
  }

  /** Nothing of it waits; when it holds nothing either it may be forgotten. */
  endWaiting(share: Share<Inner>, isGone: boolean): void {
    this.#count(share)
    if (share.entry.isIn) {
      this.order.remove(share.entry)
      share.owed = Math.max(0, this.#floorNow() - share.used)
    }
    if (!isGone || share.away) return
    if (share.used <= this.#floorNow()) {
      this.#members.delete(share.name)
      return
    }
    share.away = this.#away.push(share)
    share.awaySince = this.#clock.now
    const oldest = this.#away.first
    if (this.#away.size > MOST_AWAY && oldest) this.#members.delete(this.#back(oldest).name)
  }

  /** The first of all that wait. */
  first(): Share<Inner> | undefined {
    for (;;) {
      const first = this.order.first
      if (!first || this.#isCounted(first)) return first
      this.#put(first, first.entry.need)
    }
  }

  /** Goes through those who may have something that fits the room, in order, until `visit` gives something. */
  find<R extends object>(room: Need, visit: (share: Share<Inner>) => R | undefined): R | undefined {
    for (;;) {
      const found = this.order.find<R | Share<Inner>>(room, share => (this.#isCounted(share) ? visit(share) : share))
      if (!(found instanceof Share)) return found
      this.#put(found, found.entry.need)
    }
  }

  #put(share: Share<Inner>, need: Need): void {
    this.#count(share)
    this.order.put(share.entry, share.used + SPREAD * dominantShare(share.held, this.#of), need)
  }

  #isCounted(share: Share<Inner>): boolean {
    return (share.held.cores === 0 && share.held.ram === 0) || share.upTo === this.#clock.contended
  }

  #count(share: Share<Inner>): void {
    share.used += dominantShare(share.held, this.#of) * (this.#clock.contended - share.upTo)
    share.upTo = this.#clock.contended
  }

  #floorNow(): number {
    const first = this.first()
    if (first) this.#floor = first.used
    return this.#floor
  }

  #back(share: Share<Inner>): Share<Inner> {
    if (!share.away) return share
    this.#away.remove(share.away)
    share.away = undefined
    if (this.#clock.now - share.awaySince > MEMORY) share.used = 0
    return share
  }
}
