import type { tasks } from '@reprise/contract'
import type { Process } from '@reprise/cwl'
import { outputLocationProblems } from '../domain/output-folders.ts'
import type { ValidationEntry } from './validate.ts'

/** `execution_settings` of a task: what was set, and always whether finished jobs may be reused. */
export interface ExecutionSettings {
  instance_type?: string | string[]
  max_parallel_instances?: number
  use_memoization: boolean
  use_elastic_disk?: boolean
}

/** Merged: keys that are not given stay. */
export function mergedSettings(
  before: ExecutionSettings,
  given: tasks.ExecutionSettings | undefined,
): ExecutionSettings {
  return { ...before, ...Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value !== undefined)) }
}

/** The app's own cap on jobs at one time; settings of the task go before it. The outermost workflow's counts. */
export function parallelOf(process: Process): number | undefined {
  const hints = [...process.requirements, ...process.hints]
  const count = Number(hints.find(hint => hint.class === 'sbg:maxNumberOfParallelInstances')?.value)
  return Number.isInteger(count) && count > 0 ? count : undefined
}

/** What is wrong with where the outputs are to go: errors keep the task a draft, warnings are only said. */
export function outputLocationEntries(outputLocation: string | null, process: Process) {
  const outputs = process.outputs.map(output => output.id)
  const entries = outputLocationProblems(outputLocation, outputs).map(({ message, fatal }) => ({
    type: `${fatal ? 'error' : 'warning'}/task_validation/output_location`,
    message,
    input_id: '',
  }))
  const [errors, warnings] = [entries.filter(isError), entries.filter(entry => !isError(entry))]
  return { errors, warnings }
}

function isError(entry: ValidationEntry): boolean {
  return entry.type.startsWith('error/')
}

type GivenLocation = Pick<
  tasks.CreateTask,
  'output_location' | 'main_location' | 'main_location_alias' | 'nodes_override' | 'nodes_location'
>

/** `output_location` as JSON, whether it was given as an object or by its keys; null when nothing was. */
export function outputLocation(given: GivenLocation, before: string | null = null): string | null {
  const { main_location, main_location_alias, nodes_override, nodes_location } = given
  const flat = { main_location, main_location_alias, nodes_override, nodes_location }
  const keys = Object.entries({ ...flat, ...given.output_location }).filter(([, value]) => value !== undefined)
  if (keys.length === 0) return before
  return JSON.stringify({ ...JSON.parse(before ?? '{}'), ...Object.fromEntries(keys) })
}
