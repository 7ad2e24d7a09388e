/** A job of a task that uses memoization, while it runs. */
export interface RunningJob {
  task: string
  project: string
  path: string
  /** resolves when it has come to its end, whichever */
  ended: Promise<void>
  /** tasks of which a job waits for it: each takes a result once */
  joined: Set<string>
}

/**
 * The jobs of this worker that run under a key. A job that would be the same as one of another task waits for that one's end rather
 * than to run too; it is looked for when the job has its place, so that nobody waits behind another's queue.
 */
export class RunningJobs {
  readonly #byKey = new Map<string, Set<RunningJob>>()

  /** One of another task that no other job of this task waits for. */
  find(key: string, task: string): RunningJob | undefined {
    for (const job of this.#byKey.get(key) ?? []) if (job.task !== task && !job.joined.has(task)) return job
    return undefined
  }

  /** The job runs from now on; gives what is to be called at its end. */
  enter(key: string, { task, project, path }: Pick<RunningJob, 'task' | 'project' | 'path'>): () => void {
    const end = Promise.withResolvers<void>()
    const job: RunningJob = { task, project, path, ended: end.promise, joined: new Set() }
    const jobs = this.#byKey.get(key) ?? new Set()
    this.#byKey.set(key, jobs.add(job))
    return () => {
      jobs.delete(job)
      if (jobs.size === 0 && this.#byKey.get(key) === jobs) this.#byKey.delete(key)
      end.resolve()
    }
  }
}
