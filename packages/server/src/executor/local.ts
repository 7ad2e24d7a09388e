import { cancel, LostAttempt, type Running, resume, stage, start } from '@reprise/runner'
import { failpoint } from '../failpoints.ts'
import type { Adopted, Executor, ExecutorEvent, ExecutorJob } from './executor.ts'

/** Runs jobs on this machine, as processes that outlive this one. */
export class LocalExecutor implements Executor {
  #observer: (events: ExecutorEvent[]) => void = () => undefined

  observe(observer: (events: ExecutorEvent[]) => void): void {
    this.#observer = observer
  }

  async submit(jobs: ExecutorJob[]): Promise<void> {
    await Promise.all(jobs.map(job => this.#start(job)))
  }

  async adopt(attempts: string[]): Promise<Map<string, Adopted>> {
    const adopted = attempts.map(async (attempt): Promise<[string, Adopted]> => {
      const found = await resume(attempt)
      if (found === 'lost' || 'exitCode' in found) return [attempt, found]
      this.#watch(attempt, found)
      return [attempt, 'running']
    })
    return new Map(await Promise.all(adopted))
  }

  async cancel(attempts: string[]): Promise<void> {
    failpoint('before-cancel')
    await Promise.all(attempts.map(cancel))
    failpoint('after-cancel')
  }

  async #start({ attempt, specification }: ExecutorJob): Promise<void> {
    try {
      await stage(attempt, specification)
      failpoint('before-start')
      const running = start(attempt)
      failpoint('after-start')
      this.#observer([{ type: 'started', attempt }])
      this.#watch(attempt, running)
    } catch (error) {
      this.#observer([{ type: 'refused', attempt, error: error instanceof Error ? error : new Error(String(error)) }])
    }
  }

  #watch(attempt: string, { ended }: Running): void {
    ended.then(
      record => this.#observer([{ type: 'ended', attempt, record }]),
      error =>
        this.#observer([
          error instanceof LostAttempt ? { type: 'lost', attempt } : { type: 'refused', attempt, error },
        ]),
    )
  }
}
