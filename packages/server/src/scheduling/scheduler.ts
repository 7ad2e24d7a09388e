/**
 * Which ready job is next. Cores and memory are admitted against what the machine has: a job enters when both are free
 * and its task runs fewer jobs than its cap. Among the waiting:
 *
 *   1. users come in the order of the cores that their jobs hold now, the fewest first (fair shares);
 *   2. a user's tasks come in the order of their oldest waiting job, the jobs of a task oldest first;
 *   3. a job that does not fit is passed over, but one that has waited longer than RESERVE reserves its place: nothing else
 *      enters until it does.
 *
 * Nothing polls: the queue is looked at when a job arrives and when one leaves. What can never fit is refused on arrival.
 */
const RESERVE = 30_000

export interface Capacity {
  /** may be fractional */
  cores: number
  /** MiB */
  ram: number
}

export interface Request extends Capacity {
  user: string
  task: string
  /** jobs of the task that may run at one time */
  parallel?: number
}

/** What a job that entered holds; `leave` may be called more than once. */
export interface Slot {
  leave(): void
}

/** A requirement that this machine can never meet. */
export class CannotFitError extends Error {
  override name = 'CannotFitError'
}

interface Waiting {
  request: Request
  since: number
  enter(slot: Slot): void
}

interface Share {
  cores: number
  /** by task, each oldest first */
  waiting: Map<string, Waiting[]>
}

export class Scheduler {
  readonly #capacity: Capacity
  readonly #now: () => number
  readonly #users = new Map<string, Share>()
  readonly #running = new Map<string, number>()
  readonly #free: Capacity

  constructor(capacity: Capacity, now: () => number = Date.now) {
    this.#capacity = capacity
    this.#free = { ...capacity }
    this.#now = now
  }

  /** All that there is for jobs. */
  get capacity(): Readonly<Capacity> {
    return this.#capacity
  }

  /** Throws CannotFitError for what is more than the whole machine. */
  check({ cores, ram }: Capacity): void {
    const capacity = this.#capacity
    if (cores > capacity.cores)
      throw new CannotFitError(
        `it asks for ${cores} cores and this machine has ${capacity.cores} (ResourceRequirement.coresMin)`,
      )
    if (ram > capacity.ram)
      throw new CannotFitError(
        `it asks for ${ram} MiB of memory and this machine has ${Math.floor(capacity.ram)} MiB (ResourceRequirement.ramMin)`,
      )
  }

  /** Resolves when the job may start; rejects with the signal's reason, or with CannotFitError at once. */
  async enter(request: Request, signal: AbortSignal): Promise<Slot> {
    this.check(request)
    signal.throwIfAborted()
    return await new Promise((resolve, reject) => {
      const share = this.#shareOf(request.user)
      const queue = share.waiting.get(request.task) ?? []
      share.waiting.set(request.task, queue)
      const withdraw = () => {
        const index = queue.indexOf(waiting)
        if (index >= 0) queue.splice(index, 1)
        if (queue.length === 0 && share.waiting.get(request.task) === queue) share.waiting.delete(request.task)
        reject(signal.reason)
        this.#admit()
      }
      const waiting: Waiting = {
        request,
        since: this.#now(),
        enter: slot => {
          signal.removeEventListener('abort', withdraw)
          resolve(slot)
        },
      }
      signal.addEventListener('abort', withdraw, { once: true })
      queue.push(waiting)
      this.#admit()
    })
  }

  /** For a job that runs already, found after a restart: it holds its part even if that is more than is free. */
  occupy(request: Request): Slot {
    const share = this.#shareOf(request.user)
    this.#count(share, request, 1)
    let left = false
    return {
      leave: () => {
        if (left) return
        left = true
        this.#count(share, request, -1)
        if (share.cores <= 0 && share.waiting.size === 0) this.#users.delete(request.user)
        this.#admit()
      },
    }
  }

  #admit(): void {
    for (let next = this.#next(); next; next = this.#next()) {
      const { request } = next
      const { waiting } = this.#shareOf(request.user)
      const queue = waiting.get(request.task)
      queue?.shift()
      if (queue?.length === 0) waiting.delete(request.task)
      next.enter(this.occupy(request))
    }
  }

  #next(): Waiting | undefined {
    const heads: Waiting[] = []
    const shares = [...this.#users.values()].filter(share => share.waiting.size > 0).sort((a, b) => a.cores - b.cores)
    for (const share of shares) {
      const own = [...share.waiting.values()].flatMap(queue => queue[0] ?? [])
      heads.push(...own.filter(head => !this.#isCapped(head.request)).sort((a, b) => a.since - b.since))
    }
    const patience = this.#now() - RESERVE
    const reserved = heads.filter(head => head.since < patience).sort((a, b) => a.since - b.since)[0]
    if (reserved) return this.#fits(reserved.request) ? reserved : undefined
    return heads.find(head => this.#fits(head.request))
  }

  #isCapped({ task, parallel }: Request): boolean {
    return parallel !== undefined && (this.#running.get(task) ?? 0) >= parallel
  }

  #fits({ cores, ram }: Capacity): boolean {
    return cores <= this.#free.cores && ram <= this.#free.ram
  }

  #count(share: Share, { task, cores, ram }: Request, sign: 1 | -1): void {
    this.#free.cores -= sign * cores
    this.#free.ram -= sign * ram
    share.cores += sign * cores
    const running = (this.#running.get(task) ?? 0) + sign
    if (running > 0) this.#running.set(task, running)
    else this.#running.delete(task)
  }

  #shareOf(user: string): Share {
    const share = this.#users.get(user) ?? { cores: 0, waiting: new Map() }
    this.#users.set(user, share)
    return share
  }
}
