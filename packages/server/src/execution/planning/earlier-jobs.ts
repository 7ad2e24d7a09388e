import { stepOf } from '@reprise/cwl'
import type { Queries } from '../../database/index.ts'
import { durationsOf, type EarlierJob, jobsAt, jobsThatBegin, recentTasks } from '../../database/plan-lookups.ts'
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
  jobs: number
}

/** Jobs of earlier tasks of the same app: what a job that would run is compared with, and how long its step took. */
export class EarlierJobs {
  readonly #db: Queries
  readonly #tasks: string[]
  readonly #ofSteps = new Map<string, Promise<EarlierJob | undefined>>()

  private constructor(db: Queries, tasks: string[]) {
    this.#db = db
    this.#tasks = tasks
  }

  /** @param app without its revision */
  static async find(db: Queries, { project, origin, task }: Taker, app: string): Promise<EarlierJobs> {
    const recent = await recentTasks(db, project, app, TASKS + 2)
    const others = recent.filter(id => id !== origin && id !== task).slice(0, TASKS)
    return new EarlierJobs(db, origin === null ? others : [origin, ...others])
  }

  /** For each path the nearest job: that of the origin, else of the newest task that has one with a key; else of the same step. */
  async nearest(paths: string[]): Promise<Map<string, EarlierJob>> {
    const found = new Map<string, EarlierJob>()
    if (this.#tasks.length === 0) return found
    const rank = new Map(this.#tasks.map((task, index) => [task, index]))
    const rows = await jobsAt(this.#db, this.#tasks, paths)
    for (const job of rows) {
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
    const found = new Map<string, { sum: number; jobs: number }>()
    for (const task of this.#tasks) {
      const own = new Map<string, { sum: number; jobs: number }>()
      for (const { path, started, ended, saved } of await durationsOf(this.#db, task, JOBS)) {
        const step = stepOf(path)
        const { sum, jobs } = own.get(step) ?? { sum: 0, jobs: 0 }
        own.set(step, { sum: sum + (saved ?? (ended ?? 0) - (started ?? ended ?? 0)), jobs: jobs + 1 })
      }
      // the nearest task counts
      for (const [step, each] of own) if (!found.has(step)) found.set(step, each)
    }
    return new Map([...found].map(([step, { sum, jobs }]) => [step, { seconds: sum / jobs / 1000, jobs }]))
  }

  #ofStep(path: string): Promise<EarlierJob | undefined> {
    const step = stepOf(path)
    const known = this.#ofSteps.get(step) ?? this.#newestOf(path, step)
    this.#ofSteps.set(step, known)
    return known
  }

  async #newestOf(path: string, step: string): Promise<EarlierJob | undefined> {
    const begins = path.includes('[') ? path.slice(0, path.indexOf('[')) : path
    for (const task of this.#tasks) {
      const jobs = await jobsThatBegin(this.#db, task, begins, OF_STEP)
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
