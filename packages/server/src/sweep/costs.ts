/**
 * What it costs to free intermediates, contents that only jobs of tasks hold: the jobs whose outputs they are would run again where
 * somebody needs them. Who took a result counts with what the job took that ran; a content that jobs of several tasks hold counts
 * with the first of these.
 */
import { listMakingJobs, listShared, type MakingJob } from '../database/holdings.ts'
import type { Queries } from '../database/index.ts'
import { contentsIn } from '../domain/locations.ts'

/** What jobs would have to run for again. */
export interface Cost {
  jobs: number
  seconds: number
  core_seconds: number
}

/** A task that is the first to hold some intermediates. */
export interface Making {
  id: string
  project: string
}

export interface Costs {
  all: Cost
  /** of what only jobs of the project hold */
  projects: Map<string, Cost>
  /** of what only jobs of the task hold */
  tasks: Map<string, Cost>
}

type Scopes = Map<string, 'project' | 'all' | undefined>

/** Tasks of one look. */
const TASKS = 50
/** Jobs of one look, with their outputs. */
const JOBS = 1000
const WIDTH = { task: 0, project: 1, all: 2 } as const

export const free = (): Cost => ({ jobs: 0, seconds: 0, core_seconds: 0 })

/** @param within only what jobs of one project hold counts in `all` */
export async function costsOf(db: Queries, tasks: Making[], within: boolean): Promise<Costs> {
  const costs: Costs = { all: free(), projects: new Map(), tasks: new Map() }
  for (let from = 0; from < tasks.length; from += TASKS) {
    const some = new Map(tasks.slice(from, from + TASKS).map(task => [task.id, task]))
    const scopes: Scopes = new Map()
    for (const { content, scope } of await listShared(db, [...some.keys()])) scopes.set(content, scope)
    for await (const job of jobsOf(db, [...some.keys()])) {
      const width = widthOf(job, scopes)
      if (width <= WIDTH.task) charge(at(costs.tasks, job.task), job)
      if (width <= WIDTH.project) charge(at(costs.projects, some.get(job.task)!.project), job)
      if (width <= (within ? WIDTH.project : WIDTH.all)) charge(costs.all, job)
    }
  }
  return costs
}

async function* jobsOf(db: Queries, tasks: string[]): AsyncGenerator<MakingJob> {
  for (let after = { task: '', path: '' }; ; ) {
    const jobs = await listMakingJobs(db, tasks, after, JOBS)
    yield* jobs
    if (jobs.length < JOBS) return
    after = jobs.at(-1)!
  }
}

/** The narrowest scope of those of its outputs that would be freed; infinite for none. */
function widthOf({ outputs }: MakingJob, scopes: Scopes): number {
  const widths = [...contentsIn(JSON.parse(outputs))].map(content => {
    if (!scopes.has(content)) return WIDTH.task
    const scope = scopes.get(content)
    return scope === undefined ? Number.POSITIVE_INFINITY : WIDTH[scope]
  })
  return Math.min(...widths)
}

function charge(cost: Cost, { took, cores }: MakingJob): void {
  cost.jobs++
  cost.seconds += took / 1000
  cost.core_seconds += (took / 1000) * cores
}

function at(costs: Map<string, Cost>, id: string): Cost {
  const cost = costs.get(id) ?? free()
  costs.set(id, cost)
  return cost
}
