import { z } from 'zod'
import { bool, id, int, list, object, optional, small, text, time, word } from '../scalars.ts'
import { href, isoTime, listOf } from './answer.ts'
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
  project: optional(id),
  status: optional(text),
  parent: optional(id),
  batch: optional(bool),
  created_from: optional(time),
  created_to: optional(time),
  started_from: optional(time),
  started_to: optional(time),
  ended_from: optional(time),
  ended_to: optional(time),
  order_by: optional(word(TASK_ORDERS)),
  order: optional(word(['asc', 'desc'])),
  origin_id: optional(id),
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
  description: optional(small(z.string('must be a string'))),
  app: optional(id),
  inputs: optional(object),
  batch: optional(bool),
  use_interruptible_instances: optional(bool),
  execution_settings: optional(small(executionSettings)),
  output_location: optional(small(outputLocation)),
  main_location: optional(small(z.string())),
  main_location_alias: optional(small(z.string())),
  nodes_override: optional(bool),
  nodes_location: optional(small(object)),
  batch_input: z
    .union([z.string('must be a string').max(1000, 'must have at most 1000 characters'), z.null()])
    .optional(),
  batch_by: small(z.union([batchBy, z.null()])).optional(),
}

export const createTask = z.object({ ...definition, project: optional(id) })

/** `action` is looked at by the call: an empty one is an error of its own. */
export const createTaskQuery = z.object({
  action: optional(text),
  run: optional(bool),
  batch: optional(bool),
  use_interruptible_instances: optional(bool),
})

export const editTask = z.object(definition)

export const runTaskQuery = z.object({
  batch: optional(bool),
  use_interruptible_instances: optional(bool),
  /** of ours: runs only what this plan said */
  plan: optional(text),
})

export const cloneTaskQuery = z.object({ action: optional(text) })

const positive = z.number('must be a number').positive('must be more than 0').max(1e12, 'must be 10^12 at most')

/** By step: `call`, `outer/inner`, `*` for all. */
export const resources = z.record(
  z.string(),
  z.strictObject({ cores: positive.optional(), memory_mib: positive.optional(), seconds: positive.optional() }),
  'must be an object',
)

/** What is to be other than in the origin. Unlike in other bodies a key that is not known is refused. */
export const cloneTask = z.strictObject({
  name: definition.name,
  description: definition.description,
  app: definition.app,
  inputs: definition.inputs,
  batch: definition.batch,
  batch_input: definition.batch_input,
  batch_by: definition.batch_by,
  execution_settings: definition.execution_settings,
  use_interruptible_instances: definition.use_interruptible_instances,
  output_location: definition.output_location,
  resources: optional(small(resources)),
  only_failed: optional(bool),
})

export const inputs = object

export type ListTasks = z.infer<typeof listTasks>
export type CreateTask = z.infer<typeof createTask>
export type CreateTaskQuery = z.infer<typeof createTaskQuery>
export type EditTask = z.infer<typeof editTask>
export type CloneTask = z.infer<typeof cloneTask>
export type ExecutionSettings = z.infer<typeof executionSettings>
export type OutputLocation = z.infer<typeof outputLocation>
export type BatchBy = z.infer<typeof batchBy>

/** Input or output id to value; a File or Directory is an object with `class` and the file's id as `path`. */
export const values = z.record(z.string(), z.unknown())

const validationEntry = z.strictObject({ type: z.string(), message: z.string(), input_id: z.string() })

/** Durations in milliseconds; the five counts are a batch parent's, of its children. */
const executionStatus = z.strictObject({
  steps_completed: z.int().optional(),
  steps_total: z.int().optional(),
  message: z.string(),
  message_code: z.string().optional(),
  queued: z.int().optional(),
  running: z.int().optional(),
  completed: z.int().optional(),
  failed: z.int().optional(),
  aborted: z.int().optional(),
  system_limit: z.boolean(),
  account_limit: z.boolean(),
  instance_init: z.boolean(),
  queued_duration: z.int(),
  running_duration: z.int(),
  execution_duration: z.int(),
  duration: z.int(),
})

const price = z.strictObject({
  currency: z.string(),
  amount: z.number(),
  breakdown: z.strictObject({ storage: z.number(), computation: z.number(), data_transfer: z.number() }),
})

/** What is left out before a run: `executed_by`, `execution_status`, `price`; before the end: `end_time`. */
export const task = z.strictObject({
  href,
  id: z.uuid(),
  name: z.string(),
  description: z.string().optional(),
  status: z.enum(TASK_STATUSES),
  project: z.string(),
  app: z.string(),
  type: z.literal('v2'),
  created_by: z.string(),
  executed_by: z.string().optional(),
  created_time: isoTime,
  start_time: isoTime,
  end_time: isoTime.optional(),
  batch: z.boolean(),
  batch_by: z.strictObject({ type: z.string(), criteria: z.array(z.string()).optional() }).optional(),
  batch_input: z.string().optional(),
  batch_group: z.strictObject({ value: z.string(), fields: z.record(z.string(), z.string()) }).optional(),
  parent: z.uuid().optional(),
  execution_status: executionStatus.optional(),
  execution_settings: z.strictObject({
    instance_type: z.union([z.string(), z.array(z.string())]).optional(),
    max_parallel_instances: z.int().optional(),
    use_memoization: z.boolean(),
    use_elastic_disk: z.boolean().optional(),
  }),
  use_interruptible_instances: z.boolean(),
  errors: z.array(validationEntry),
  warnings: z.array(validationEntry),
  price: price.optional(),
  inputs: values,
  outputs: values,
  output_location: z
    .strictObject({
      main_location: z.string().optional(),
      main_location_alias: z.string().optional(),
      nodes_override: z.boolean().optional(),
      nodes_location: values.optional(),
    })
    .optional(),
})

export const taskList = listOf(task)

const job = z.strictObject({
  name: z.string(),
  status: z.string(),
  start_time: isoTime.optional(),
  end_time: isoTime.optional(),
  command_line: z.string(),
  retried: z.boolean(),
  instance: z.strictObject({
    id: z.string(),
    type: z.string(),
    provider: z.string(),
    disk: z.strictObject({ size: z.int(), unit: z.string(), type: z.string() }).optional(),
  }),
  docker: z.strictObject({ checksum: z.string() }).optional(),
  logs: z.record(z.string(), href),
})

/** The jobs of a task; `logs` lead from a name to a file's download_info. */
export const executionDetails = z.strictObject({
  href,
  status: z.enum(TASK_STATUSES),
  message: z.string(),
  start_time: isoTime.optional(),
  end_time: isoTime.optional(),
  jobs: z.array(job),
})
