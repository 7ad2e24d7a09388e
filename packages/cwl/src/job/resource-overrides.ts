import type { Process } from '../model/process.ts'
import type { JobPlan } from './plan.ts'

/** What whoever runs a process gives a job, whatever its tool states. Memory in MiB, time in seconds. */
export interface ResourceOverride {
  cores?: number
  memory_mib?: number
  seconds?: number
}

/** By step: its id, with those of the steps around it (`outer/inner`); `*` is every other. */
export interface ResourcesByStep {
  [step: string]: ResourceOverride
}

/** The step of a job, by its path: `outer/inner` of `outer[3]/inner[0]`. */
export function stepOf(path: string): string {
  return path.replace(/\[\d+\]/g, '')
}

/**
 * What a job is given: each of cores, memory and time by what is said of its step, else of the nearest step around it, else of
 * `*`.
 */
export function resourcesOf(given: ResourcesByStep | undefined, path: string): ResourceOverride | undefined {
  if (given === undefined) return undefined
  const steps = stepOf(path).split('/')
  const around = ['*', ...steps.map((_, index) => steps.slice(0, index + 1).join('/'))]
  return Object.assign({}, ...around.map(step => (Object.hasOwn(given, step) ? given[step] : {})))
}

interface Stated {
  asked: JobPlan['resources']
  limit?: number
  warnings: string[]
}

/** The memory that a job is given is also what it may use. */
export function overridden(stated: Stated, given: ResourceOverride | undefined): Stated {
  if (!given) return stated
  const { cores = stated.asked.cores, memory_mib: ram = stated.asked.ram } = given
  const limit = given.memory_mib ?? stated.limit
  return { ...stated, asked: { ...stated.asked, cores, ram }, ...(limit === undefined ? {} : { limit }) }
}

/** The steps of a process that run something, as `resources` names them: `outer`, `outer/inner`; of a tool by itself its id. */
export function stepPaths(process: Process): string[] {
  if (process.class !== 'Workflow') return [process.id || 'main']
  return process.steps.flatMap(step => {
    const inner = step.run.class === 'Workflow' ? stepPaths(step.run).map(path => `${step.id}/${path}`) : []
    return [step.id, ...inner]
  })
}

/** What runs at a step that a path names without its indices; undefined where there is no such step. */
export function toolAt(process: Process, path: string): Process | undefined {
  if (process.class !== 'Workflow') return process
  let found: Process | undefined = process
  for (const id of path.split('/')) {
    found = found?.class === 'Workflow' ? found.steps.find(step => step.id === id)?.run : undefined
  }
  return found
}
