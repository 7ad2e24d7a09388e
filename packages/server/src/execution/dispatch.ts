import { type ExitRecord, LostAttempt } from '@reprise/runner'
import type { Adopted, Executor, ExecutorEvent, ExecutorJob } from '../executor/executor.ts'

interface Waiting {
  staged?: (() => void) | undefined
  resolve(record: ExitRecord): void
  reject(error: Error): void
}

/**
 * Between tasks, which wait for one job each, and the executor, which works in batches: what becomes ready in one turn is
 * submitted together, and each event goes to the one who waits for it.
 */
export class Dispatch {
  readonly #executor: Executor
  readonly #waiting = new Map<string, Waiting>()
  #batch: ExecutorJob[] = []

  constructor(executor: Executor) {
    this.#executor = executor
    executor.observe(events => {
      for (const event of events) this.#settle(event)
    })
  }

  /**
   * Runs one attempt to its end. Rejects with LostAttempt when its processes went away without an exit record.
   * @param staged called when all that the job needs is in its folder
   */
  run(job: ExecutorJob, staged?: () => void): Promise<ExitRecord> {
    this.#batch.push(job)
    if (this.#batch.length === 1) {
      queueMicrotask(() => {
        const batch = this.#batch
        this.#batch = []
        this.#executor.submit(batch).catch(error => {
          for (const { attempt } of batch) this.#settle({ type: 'refused', attempt, error })
        })
      })
    }
    return this.#end(job.attempt, staged)
  }

  /** What became of an attempt that an earlier process started: its record, its end to wait for, or that it is lost. */
  async adopt(attempt: string): Promise<ExitRecord | 'lost' | { ended: Promise<ExitRecord> }> {
    const ended = this.#end(attempt)
    // who gets it in the answer waits for it; when it is lost, nobody does
    ended.catch(() => undefined)
    const adopted: Adopted = (await this.#executor.adopt([attempt])).get(attempt) ?? 'lost'
    if (adopted === 'running') return { ended }
    this.#waiting.delete(attempt)
    return adopted
  }

  async cancel(attempts: string[]): Promise<void> {
    const waiting = attempts.map(attempt => this.#waiting.get(attempt))
    await this.#executor.cancel(attempts)
    // they are dead, whether or not the executor ever says so; what runs in the same folder by now is another one
    for (const [index, attempt] of attempts.entries()) {
      if (this.#waiting.get(attempt) === waiting[index]) this.#settle({ type: 'lost', attempt })
    }
  }

  #end(attempt: string, staged?: () => void): Promise<ExitRecord> {
    return new Promise((resolve, reject) => this.#waiting.set(attempt, { staged, resolve, reject }))
  }

  #settle(event: ExecutorEvent): void {
    if (event.type === 'started') {
      this.#waiting.get(event.attempt)?.staged?.()
      return
    }
    const waiting = this.#waiting.get(event.attempt)
    this.#waiting.delete(event.attempt)
    if (event.type === 'ended') waiting?.resolve(event.record)
    else waiting?.reject(event.type === 'lost' ? new LostAttempt(event.attempt) : event.error)
  }
}
