import type { Capacity, Request, Slot } from '../../src/scheduling/scheduler.ts'

/** A job that comes at some time and runs for some, in seconds. */
export interface Job extends Request {
  at: number
  seconds: number
}

/** How one went. */
export interface Ran {
  job: Job
  began: number
  ended: number
}

/** What is simulated: the scheduler, by a clock in milliseconds that is the simulation's. */
export interface Simulated {
  enter(request: Request, signal: AbortSignal): Promise<Slot>
}

/**
 * Lets jobs come, run and leave in the order of a virtual time, and gives them as they ended. After every event what runs is
 * held against the machine and the caps; throws for more, and for a job that never enters.
 */
export async function simulate(
  capacity: Capacity,
  make: (now: () => number) => Simulated,
  jobs: readonly Job[],
): Promise<Ran[]> {
  let now = 0
  const scheduler = make(() => now * 1000)
  const never = new AbortController().signal
  const coming = [...jobs].sort((a, b) => b.at - a.at)
  const running: (Ran & { slot: Slot })[] = []
  const ran: Ran[] = []
  while (coming.length > 0 || running.length > 0) {
    now = Math.min(coming.at(-1)?.at ?? Infinity, running.at(-1)?.ended ?? Infinity)
    while (coming.at(-1)?.at === now) {
      const job = coming.pop()!
      scheduler.enter(job, never).then(slot => running.push({ job, slot, began: now, ended: now + job.seconds }))
    }
    while (running.at(-1)?.ended === now) {
      const { slot, ...one } = running.pop()!
      ran.push(one)
      slot.leave()
    }
    await new Promise(setImmediate)
    running.sort((a, b) => b.ended - a.ended)
    check(
      capacity,
      running.map(({ job }) => job),
    )
  }
  if (ran.length < jobs.length) throw new Error(`${jobs.length - ran.length} jobs never entered`)
  return ran
}

function check(capacity: Capacity, running: Job[]): void {
  const of = (key: 'cores' | 'ram') => running.reduce((sum, job) => sum + job[key], 0)
  if (of('cores') > capacity.cores + 1e-9) throw new Error(`${of('cores')} cores of ${capacity.cores}`)
  if (of('ram') > capacity.ram) throw new Error(`${of('ram')} MiB of ${capacity.ram}`)
  for (const { task, parallel = Infinity } of running) {
    const count = running.filter(job => job.task === task).length
    if (count > parallel) throw new Error(`${count} jobs of a task that may run ${parallel}`)
  }
}
