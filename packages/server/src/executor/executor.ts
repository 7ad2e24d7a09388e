import type { ExitRecord, JobSpecification } from '@reprise/runner'

/**
 * Where runners are started (seam: this machine today, a cluster later). In batches, since a cluster's scheduler costs
 * about as much for a hundred jobs as for one. An attempt is named by its folder.
 */
export interface Executor {
  /** Stages and starts; what became of each is told to the observer, a refusal too. */
  submit(jobs: ExecutorJob[]): Promise<void>
  /** What became of attempts that an earlier process submitted; those that still run are observed from now on. */
  adopt(attempts: string[]): Promise<Map<string, Adopted>>
  /** One observer, told of everything that ends, as it happens. */
  observe(observer: (events: ExecutorEvent[]) => void): void
  /** Kills all processes of the attempts; resolves when they are dead. */
  cancel(attempts: string[]): Promise<void>
}

export interface ExecutorJob {
  attempt: string
  specification: JobSpecification
}

export type Adopted = ExitRecord | 'running' | 'lost'

export type ExecutorEvent =
  | { type: 'started'; attempt: string }
  | { type: 'ended'; attempt: string; record: ExitRecord }
  /** its processes are gone without an exit record */
  | { type: 'lost'; attempt: string }
  /** it could not be staged or started */
  | { type: 'refused'; attempt: string; error: Error }
