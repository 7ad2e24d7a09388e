import { realpath } from 'node:fs/promises'
import { viewOf } from './attempt.ts'
import type { JobIsolation } from './isolation.ts'
import { assertStartable } from './long-arguments.ts'
import type { Isolation, JobSpecification, SourceEntry } from './specification.ts'

/** The part of an engine's job plan that a runner needs (`JobPlan` of @reprise/cwl has this shape). */
export interface Plan {
  path: string
  argv: string[]
  shell: boolean
  environment: { [name: string]: string }
  stdin?: string
  stdout?: string
  stderr?: string
  stage: PlanEntry[]
  resources: { cores: number; ram: number }
  /** MiB, as the tool states it */
  memoryLimit?: number
  timeLimit?: number
  network: boolean
  /** the image that the job runs in, when it is to have a container */
  container?: { id: string }
  work: string
}

export type PlanEntry =
  | { type: 'file' | 'directory'; location: string; target: string; writable: boolean }
  | { type: 'text'; text: string; target: string; writable: boolean }
  | { type: 'folder'; target: string; writable: boolean }

export interface SpecifyOptions {
  attempt: string
  means: JobIsolation
  /** MiB; of a job whose tool states no limit of its own */
  memory?: number
  /** gives the path on this machine of the bytes at a location */
  materialise: (location: string) => Promise<string>
  /** the network is granted, should the tool ask for it */
  network: boolean
  /** bytes; the largest file that the job may write */
  fileLimit?: number
}

/** Turns a plan, whose sources are locations, into a specification, whose sources are paths of this machine. */
export async function specify(plan: Plan, options: SpecifyOptions): Promise<JobSpecification> {
  assertStartable(plan)
  const stage = await Promise.all(
    plan.stage.map(async (entry): Promise<SourceEntry> => {
      if (entry.type === 'text' || entry.type === 'folder') return entry
      const { type, target, writable } = entry
      return { type, source: await realpath(await options.materialise(entry.location)), target, writable }
    }),
  )
  const isolation = isolationOf(plan, options.means)
  return {
    format: 1,
    path: plan.path,
    argv: plan.argv,
    shell: plan.shell,
    environment: plan.environment,
    stdin: plan.stdin,
    stdout: plan.stdout,
    stderr: plan.stderr,
    stage,
    view: viewOf(options.attempt, isolation, plan.work),
    isolation,
    image: plan.container?.id,
    network: plan.network && options.network,
    resources: { cores: plan.resources.cores, ram: plan.resources.ram },
    memoryLimit: plan.memoryLimit ?? options.memory,
    timeLimit: plan.timeLimit,
    fileLimit: options.fileLimit,
  }
}

/** A job with an image runs in a container, every other one by what else keeps jobs from the machine. */
export function isolationOf({ container }: Pick<Plan, 'container'>, { base, engine }: JobIsolation): Isolation {
  if (!container) return base
  if (!engine) throw new Error('there is no container engine')
  return engine
}
