import { stepOf } from '@reprise/cwl'
import type { Queries } from '../../database/index.ts'
import { durationsOf, type EarlierJob, jobsAt, jobsOfStep, recentTasks } from '../../database/plan-lookups.ts'
import type { Taker } from '../../database/reuse.ts'

/** Tasks that are looked through beside the origin. */
const TASKS = 3
/** Jobs of a task by which it is known how long its steps take. */
const JOBS = 20_000
/** Jobs of one step that are looked at for the newest. */
const OF_STEP = 50

/** How long a step takes, in seconds, on average. */
export interface Duration {
  seconds: number
  cores: number
}

interface Sum {
  /** milliseconds */
  time: number
  cores: number
  jobs: number
}

/** Jobs of earlier tasks of the same app: what a job that would run is compared with, and how long its step took. */
export class EarlierJobs {
  readonly #db: Queries
  readonly #tasks: string[]
  readonly #origin: string | null
  readonly #ofSteps = new Map<string, Promise<EarlierJob | undefined>>()

  private constructor(db: Queries, tasks: string[], origin: string | null) {
    this.#db = db
    this.#origin = origin
    this.#tasks = origin === null ? tasks : [origin, ...tasks.filter(task => task !== origin)]
  }

  /** @param app without its revision */
  static async find(db: Queries, { project, origin, task }: Taker, app: string): Promise<EarlierJobs> {
    const recent = await recentTasks(db, project, app, TASKS + 2)
    const others = recent.filter(id => id !== origin && id !== task).slice(0, TASKS)
    return new EarlierJobs(db, others, origin)
  }

  /** The same for a child of a batch, which is compared with the child of the origin that had its group. */
  ofChild(child: string | undefined): EarlierJobs {
    return child === undefined ? this : new EarlierJobs(this.#db, this.#tasks, child)
  }

  /** For each path the nearest job: that of the origin, else of the newest task that has one with a key; else of the same step. */
  async nearest(paths: string[]): Promise<Map<string, EarlierJob>> {
    const found = new Map<string, EarlierJob>()
    if (this.#tasks.length === 0) return found
    const rank = new Map(this.#tasks.map((task, index) => [task, index]))
    const rows = await jobsAt(this.#db, this.#tasks, paths)
    for (const job of rows) {
      // of other tasks than the origin those that ran themselves
      if (job.reused_task !== null && job.task !== this.#origin) continue
      const known = found.get(job.path)
      if (!known || order(job, rank) < order(known, rank)) found.set(job.path, job)
    }
    for (const path of paths) {
      if (found.get(path)?.key) continue
      const other = await this.#ofStep(path)
      if (other) found.set(path, other)
    }
    return found
  }

  /** By step. */
  async durations(): Promise<Map<string, Duration>> {
    const found = new Map<string, Sum>()
    for (const task of this.#tasks) {
      const own = new Map<string, Sum>()
      for (const { path, started, ended, saved, cores } of await durationsOf(this.#db, task, JOBS)) {
        const step = stepOf(path)
        const before = own.get(step) ?? { time: 0, cores: 0, jobs: 0 }
        const time = saved ?? (ended ?? 0) - (started ?? ended ?? 0)
        own.set(step, { time: before.time + time, cores: before.cores + cores, jobs: before.jobs + 1 })
      }
      // the nearest task counts
      for (const [step, each] of own) if (!found.has(step)) found.set(step, each)
    }
    return new Map(
      [...found].map(([step, { time, cores, jobs }]) => [step, { seconds: time / jobs / 1000, cores: cores / jobs }]),
    )
  }

  #ofStep(path: string): Promise<EarlierJob | undefined> {
    const step = stepOf(path)
    const known = this.#ofSteps.get(step) ?? this.#newestOf(path, step)
    this.#ofSteps.set(step, known)
    return known
  }

  async #newestOf(path: string, step: string): Promise<EarlierJob | undefined> {
    for (const task of this.#tasks) {
      const jobs = await jobsOfStep(this.#db, task, path, OF_STEP)
      const found = jobs.find(job => stepOf(job.path) === step)
      if (found) return found
    }
    return undefined
  }
}

/** Those with a key first. */
function order({ task, key }: EarlierJob, rank: Map<string, number>): number {
  return (key === null ? rank.size : 0) + (rank.get(task) ?? 0)
}
