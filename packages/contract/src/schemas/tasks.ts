import { z } from 'zod'
import { bool, int, list, object, optional, text, time, word } from '../scalars.ts'
import { paging } from './common.ts'

export const TASK_STATUSES = [
  'DRAFT',
  'CREATING',
  'QUEUED',
  'RUNNING',
  'COMPLETED',
  'ABORTING',
  'ABORTED',
  'FAILED',
] as const

export const TASK_ORDERS = ['created_time', 'start_time', 'name', 'end_time', 'created_by'] as const

export const listTasks = z.object({
  ...paging,
  project: optional(text),
  status: optional(text),
  parent: optional(text),
  batch: optional(bool),
  created_from: optional(time),
  created_to: optional(time),
  started_from: optional(time),
  started_to: optional(time),
  ended_from: optional(time),
  ended_to: optional(time),
  order_by: optional(word(TASK_ORDERS)),
  order: optional(word(['asc', 'desc'])),
  origin_id: optional(text),
})

export const executionSettings = z.object({
  instance_type: optional(z.union([z.string(), z.array(z.string())], 'must be a string')),
  max_parallel_instances: optional(int.pipe(z.number().min(1, 'must be 1 or more'))),
  use_memoization: optional(bool),
  use_elastic_disk: optional(bool),
})

export const outputLocation = z.object({
  main_location: optional(z.string()),
  main_location_alias: optional(z.string()),
  nodes_override: optional(bool),
  nodes_location: optional(object),
})

/** How a batch task is split; type in any case, criteria also as one string. */
export const batchBy = z.object({ type: optional(z.string()), criteria: optional(list(z.string())) })

const definition = {
  name: optional(z.string('must be a string').max(1000, 'must have at most 1000 characters')),
  description: optional(z.string('must be a string')),
  app: optional(z.string('must be a string')),
  inputs: optional(object),
  batch: optional(bool),
  use_interruptible_instances: optional(bool),
  execution_settings: optional(executionSettings),
  output_location: optional(outputLocation),
  main_location: optional(z.string()),
  main_location_alias: optional(z.string()),
  nodes_override: optional(bool),
  nodes_location: optional(object),
  batch_input: z.union([z.string('must be a string'), z.null()]).optional(),
  batch_by: z.union([batchBy, z.null()]).optional(),
}

export const createTask = z.object({ ...definition, project: optional(z.string('must be a string')) })

/** `action` is looked at by the call: an empty one is an error of its own. */
export const createTaskQuery = z.object({
  action: optional(text),
  run: optional(bool),
  batch: optional(bool),
  use_interruptible_instances: optional(bool),
})

export const editTask = z.object(definition)

export const runTaskQuery = z.object({ batch: optional(bool), use_interruptible_instances: optional(bool) })

export const cloneTaskQuery = z.object({ action: optional(text) })

export const inputs = object

export type ListTasks = z.infer<typeof listTasks>
export type CreateTask = z.infer<typeof createTask>
export type CreateTaskQuery = z.infer<typeof createTaskQuery>
export type EditTask = z.infer<typeof editTask>
export type ExecutionSettings = z.infer<typeof executionSettings>
export type OutputLocation = z.infer<typeof outputLocation>
export type BatchBy = z.infer<typeof batchBy>
