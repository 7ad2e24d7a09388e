import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ExitRecord, stage } from '@reprise/runner'
import type { Adopted, Executor, ExecutorEvent, ExecutorJob } from '../../src/executor/executor.ts'
import type { Random } from '../storm/random.ts'

/** What goes wrong, as shares of all attempts. */
export interface Faults {
  /** it can't be started */
  refused: number
  /** it ends, and nobody says so: who asks (`adopt`) is told */
  silent: number
  /** its end is told twice */
  twice: number
  /** it never ends by itself */
  hangs: number
  /** of those that are cancelled: it ends as if it had not been, and that is told afterwards */
  late: number
}

/** An executor without processes, as a cluster far away that lies. What it knows outlives workers. */
export class StubExecutor implements Executor {
  /** attempts that run */
  readonly running = new Set<string>()
  /** how often an attempt came to its end, by its folder */
  readonly finished = new Map<string, number>()
  /** attempts that were refused */
  refused = 0
  readonly #records = new Map<string, ExitRecord>()
  readonly #random: Random
  readonly #faults: Faults
  #observer: (events: ExecutorEvent[]) => void = () => undefined

  constructor(random: Random, faults: Faults) {
    this.#random = random
    this.#faults = faults
  }

  observe(observer: (events: ExecutorEvent[]) => void): void {
    this.#observer = observer
  }

  /** As one worker has it: when the next one has its own, this one is dead, asks for nothing and hears of nothing. */
  forWorker(): Executor {
    const mine: { observer?: (events: ExecutorEvent[]) => void } = {}
    const never = new Promise<never>(() => undefined)
    const isAlive = () => this.#observer === mine.observer
    return {
      observe: observer => {
        mine.observer = observer
        this.observe(observer)
      },
      submit: jobs => (isAlive() ? this.submit(jobs) : never),
      adopt: attempts => (isAlive() ? this.adopt(attempts) : never),
      cancel: attempts => (isAlive() ? this.cancel(attempts) : never),
    }
  }

  async submit(jobs: ExecutorJob[]): Promise<void> {
    await Promise.all(jobs.map(job => this.#start(job)))
  }

  async adopt(attempts: string[]): Promise<Map<string, Adopted>> {
    return new Map(
      attempts.map(attempt => [
        attempt,
        this.#records.get(attempt) ?? (this.running.has(attempt) ? 'running' : 'lost'),
      ]),
    )
  }

  async cancel(attempts: string[]): Promise<void> {
    for (const attempt of attempts) {
      if (!this.running.delete(attempt)) continue
      const isLate = this.#hits(this.#faults.late)
      setImmediate(() => this.#observer([isLate ? this.#ended(attempt) : { type: 'lost', attempt }]))
    }
  }

  #hits(share: number): boolean {
    return this.#random.below(1000) < share * 1000
  }

  async #start({ attempt, specification }: ExecutorJob): Promise<void> {
    const { refused, silent, twice, hangs } = this.#faults
    this.#records.delete(attempt)
    if (this.#hits(refused)) {
      this.refused++
      this.#observer([{ type: 'refused', attempt, error: new Error('the cluster is full') }])
      return
    }
    await stage(attempt, specification)
    this.running.add(attempt)
    this.#observer([{ type: 'started', attempt }])
    if (this.#hits(hangs)) return
    await mkdir(join(attempt, 'work'), { recursive: true })
    await writeFile(join(attempt, 'work', 'out.txt'), `${specification.path}\n`)
    await new Promise(resolve => setTimeout(resolve, this.#random.below(20)))
    if (!this.running.delete(attempt)) return
    const event = this.#ended(attempt)
    this.finished.set(attempt, (this.finished.get(attempt) ?? 0) + 1)
    if (this.#hits(silent)) return
    this.#observer([event])
    if (this.#hits(twice)) this.#observer([event])
  }

  #ended(attempt: string): ExecutorEvent {
    const now = Date.now()
    const record: ExitRecord = { exitCode: 0, timedOut: false, started: now, ended: now, cpu: 0 }
    this.#records.set(attempt, record)
    return { type: 'ended', attempt, record }
  }
}
