import type { Value } from '@reprise/cwl'
import { type ChildCounts, countChildren } from '../database/batches.ts'
import type { Queries } from '../database/index.ts'
import type { TaskRow } from '../database/schema.ts'
import { loadValues, sizesOf } from '../database/values.ts'
import type { TaskStatus } from '../domain/task-states.ts'
import { isTerminal, STATUSES } from '../domain/task-states.ts'
import { type AnswerBudget, LARGE, oneByOne, pause } from '../pacing/answer-budget.ts'
import { isoTime } from '../time.ts'
import { classOf, isObject } from './values.ts'

/** Of an item of a list, when no fields are selected. */
export const TASK_SUMMARY = ['href', 'id', 'name', 'project', 'app', 'status', 'type', 'batch']

/** Which of the keys that cost a look at other rows are asked for. */
export type Wants = (key: string) => boolean

/**
 * Tasks as the API shows them, as many of them as an answer may have. How long their values are is known before those are
 * loaded; when they are large, a task is loaded and rendered only when the one before it is on its way.
 */
export async function renderTasks(db: Queries, tasks: TaskRow[], base: string, wants: Wants, room: AnswerBudget) {
  const { sizes, children } = await measureValues(db, tasks, wants)
  const shown = room.fitting(sizes, 'leave its values out (fields=!inputs,!outputs), and ask for the task itself.')
  const few = tasks.slice(0, shown)
  const bytes = sum(sizes.slice(0, shown))
  await room.reserve(bytes)
  if (bytes > LARGE)
    return { shown, items: oneByOne(few, async task => (await renderAll(db, [task], base, wants, children, true))[0]!) }
  return { shown, items: await renderAll(db, few, base, wants, children, false) }
}

/** One task, however large it is. */
export async function renderTask(db: Queries, task: TaskRow, base: string, wants: Wants, room: AnswerBudget) {
  const { sizes, children } = await measureValues(db, [task], wants)
  const bytes = sum(sizes)
  await room.reserve(bytes)
  return (await renderAll(db, [task], base, wants, children, bytes > LARGE))[0]!
}

/** Of each task the bytes of the values that are asked for, and of batch tasks their children. */
export async function measureValues(db: Queries, tasks: TaskRow[], wants: Wants) {
  const keys = SHOWN.filter(wants)
  const parents = tasks.filter(task => task.batch === 1 && task.started !== null).map(task => task.id)
  const [bytes, children] = await Promise.all([
    sizesOf(
      db,
      tasks.flatMap(task => keys.map(key => task[key])),
    ),
    wants('execution_status') || wants('price') ? countChildren(db, parents) : new Map<string, ChildCounts>(),
  ])
  const sizes = tasks.map(task => sum([...keys.map(key => bytes.get(task[key]) ?? 0), inlineSize(task)]))
  return { sizes, children }
}

/** What is kept with the task itself. */
function inlineSize({ description, errors, warnings, execution_settings, output_location, batch_by }: TaskRow): number {
  return [description, errors, warnings, execution_settings, output_location, batch_by].join('').length
}

const SHOWN = ['inputs', 'outputs'] as const

function sum(sizes: number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** A key that would be empty is left out where clients break on it, and no key is our own. */
async function renderAll(
  db: Queries,
  tasks: TaskRow[],
  base: string,
  wants: Wants,
  children: Map<string, ChildCounts>,
  isLarge: boolean,
) {
  const shown = SHOWN.filter(wants)
  const values = await loadValues(
    db,
    tasks.flatMap(task => shown.map(key => task[key])),
  )
  if (isLarge) await pause()
  return tasks.map(task => ({
    ...renderDefinition(task, base),
    ...renderRun(task, children.get(task.id)),
    errors: JSON.parse(task.errors),
    warnings: JSON.parse(task.warnings),
    ...(shown.includes('inputs') ? { inputs: renderValues(values.get(task.inputs)) } : {}),
    ...(shown.includes('outputs') ? { outputs: renderOutputs(task, values.get(task.outputs)) } : {}),
  }))
}

function renderDefinition(task: TaskRow, base: string) {
  return {
    href: `${base}/tasks/${task.id}`,
    id: task.id,
    name: task.name,
    ...(task.description === null ? {} : { description: task.description }),
    status: task.status,
    project: task.project,
    app: task.app,
    type: 'v2',
    created_by: task.created_by,
    created_time: isoTime(task.created),
    start_time: isoTime(task.started ?? task.created),
    batch: task.batch === 1,
    ...(task.batch_by === null ? {} : { batch_by: JSON.parse(task.batch_by) }),
    ...(task.batch_input === null ? {} : { batch_input: task.batch_input }),
    ...(task.batch_group === null ? {} : { batch_group: JSON.parse(task.batch_group) }),
    ...(task.parent === null ? {} : { parent: task.parent }),
    execution_settings: JSON.parse(task.execution_settings),
    use_interruptible_instances: task.use_interruptible_instances === 1,
    ...(task.output_location === null ? {} : { output_location: JSON.parse(task.output_location) }),
  }
}

/** What a task has once it was run. */
function renderRun(task: TaskRow, children: ChildCounts | undefined) {
  if (task.started === null) return {}
  const now = task.ended ?? Date.now()
  const began = task.running ?? now
  return {
    ...(task.executed_by === null ? {} : { executed_by: task.executed_by }),
    ...(task.ended === null ? {} : { end_time: isoTime(task.ended) }),
    execution_status: {
      ...(task.batch === 1 ? renderCounts(children) : renderSteps(task)),
      message: task.message || (task.status === 'COMPLETED' ? 'Completed' : ''),
      system_limit: false,
      account_limit: false,
      instance_init: false,
      queued_duration: began - task.started,
      running_duration: now - began,
      execution_duration: now - began,
      duration: now - task.started,
    },
    price: renderPrice(task.batch === 1 ? (children?.cost ?? 0) : task.cost),
  }
}

function renderSteps({ steps_completed, steps_total }: TaskRow) {
  return { steps_completed, steps_total }
}

/** Of a batch task: its children by state, and those are its steps. */
function renderCounts({ counts }: ChildCounts = { counts: {}, cost: 0 }) {
  const count = (...statuses: TaskStatus[]) => statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0)
  return {
    steps_completed: count('COMPLETED'),
    steps_total: count(...STATUSES),
    queued: count('CREATING', 'QUEUED'),
    running: count('RUNNING', 'ABORTING'),
    completed: count('COMPLETED'),
    failed: count('FAILED'),
    aborted: count('ABORTED'),
  }
}

/** What the operator's price list made of it; only computing has a price of its own. */
function renderPrice(cost: number) {
  const amount = Math.round(cost * 1e6) / 1e6
  return { currency: 'USD', amount, breakdown: { storage: 0, computation: amount, data_transfer: 0 } }
}

/** Before the end every output is `{}`; after it, one that there is not is null. */
function renderOutputs(task: TaskRow, outputs: unknown) {
  const rendered = renderValues(outputs)
  if (!isTerminal(task.status)) return rendered
  return Object.fromEntries(Object.entries(rendered).map(([id, value]) => [id, isEmpty(value) ? null : value]))
}

function isEmpty(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0
}

/** Values in the platform's form: files by id and name. */
export function renderValues(values: unknown): { [id: string]: unknown } {
  return Object.fromEntries(Object.entries(values ?? {}).map(([id, value]) => [id, renderValue(value as Value)]))
}

function renderValue(value: Value): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(renderValue)
  if (!classOf(value)) return renderValues(value)
  const { path, name, basename, size, secondaryFiles, listing } = value as { [key: string]: Value }
  return {
    class: value.class,
    ...(path === undefined ? {} : { path }),
    ...(name === undefined && basename === undefined ? {} : { name: name ?? basename }),
    ...(typeof size === 'number' ? { size } : {}),
    ...(Array.isArray(listing) ? { listing: listing.map(renderValue) } : {}),
    ...(Array.isArray(secondaryFiles) && secondaryFiles.length > 0
      ? { secondaryFiles: secondaryFiles.map(renderValue) }
      : {}),
  }
}
