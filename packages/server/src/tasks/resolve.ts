import { containersOf, ENGINE, KEY_FORMAT, type Process, type Values } from '@reprise/cwl'
import { parseJson } from '@reprise/cwl/json'
import { isDisabled } from '../billing/groups.ts'
import type { Caller, Context } from '../context.ts'
import type { Queries } from '../database/index.ts'
import { findProject } from '../database/projects.ts'
import type { TaskRow } from '../database/schema.ts'
import { hashed, loadJson } from '../database/values.ts'
import { locationTokens, outputFolders } from '../domain/output-folders.ts'
import type { BatchGroup, StoredRecord } from '../domain/record.ts'
import type { ProjectSettings } from '../projects/settings.ts'
import { runnableApp } from './find.ts'
import { freeze, TooManyEntries } from './freeze.ts'
import { type Grouping, groupsOf } from './groups.ts'
import { type ExecutionSettings, outputLocationEntries, parallelOf } from './settings.ts'
import { type Validated, type ValidationEntry, validate } from './validate.ts'

/** What a call says about this one run. */
export interface RunOptions {
  /** false: a batch task runs as one plain task */
  batch?: boolean | undefined
  interruptible?: boolean | undefined
  /** fingerprint of the record that alone may be run */
  fingerprint?: string | undefined
}

/**
 * Of all in a record that decides what is run: two that are the same plan the same. Where outputs go is none of it, nor when a task
 * starts that has no time of its own yet.
 */
export function fingerprintOf({ time, places: _, ...record }: StoredRecord, task: Pick<TaskRow, 'time'>): string {
  const own = task.time === null ? {} : { time }
  return hashed(JSON.stringify({ engine: ENGINE, keys: KEY_FORMAT, ...record, ...own })).hash
}

/** A draft's process and inputs, when they are at hand. */
export interface AtHand {
  process: Process
  /** hash of its text */
  model: string
  inputs: Values
}

export interface Resolved {
  record: StoredRecord
  /** the inputs as they were validated */
  inputs: Values
  /** contents that the record names */
  contents: string[]
  /** where a task goes on from DRAFT: the worker has to bring images, make children or hash first, or not */
  status: 'CREATING' | 'QUEUED'
}

/**
 * All that the run of a draft would depend on, as it is now: what is frozen when the draft is submitted. Everything is validated
 * again; gives what keeps it from running, if anything does. Writes nothing.
 * @param started milliseconds: when it starts
 */
export async function resolveRecord(
  db: Queries,
  context: Context,
  caller: Caller,
  task: TaskRow,
  options: RunOptions,
  started: number,
  atHand?: AtHand,
): Promise<Resolved | { errors: ValidationEntry[] }> {
  const { process, model, inputs } = atHand ?? (await load(db, context, caller, task))
  const isBatch = task.batch === 1 && options.batch !== false
  const batchInput = isBatch ? task.batch_input : null
  const validated = await validate(db, { project: task.project, process, inputs, batchInput })
  const problems = [...validated.errors, ...outputLocationEntries(task.output_location, process).errors]
  if (await isDisabled(db)) problems.push(NO_FUNDS)
  const batch = isBatch && problems.length === 0 ? splitOrExplain(process, task, validated) : undefined
  if (Array.isArray(batch)) problems.push(...batch)
  const frozen = problems.length > 0 ? problems : await freezeOrExplain(db, process, validated, batchInput)
  if (Array.isArray(frozen)) return { errors: frozen }
  const project = (await findProject(db, task.project, caller.username))!
  const projectSettings = JSON.parse(project.settings) as ProjectSettings
  const settings = JSON.parse(task.execution_settings) as ExecutionSettings
  const parallel = settings.max_parallel_instances ?? parallelOf(process)
  const places = outputFolders(task.output_location, locationTokens(task, caller.username, started))
  const record: StoredRecord = {
    format: 3,
    app: task.app,
    model,
    inputs: frozen.inputs,
    network: projectSettings.allow_network_access && context.settings.allowNetwork === true,
    seed: task.seed ?? task.id,
    time: task.time ?? started,
    ...(task.resources === null ? {} : { resources: JSON.parse(task.resources) }),
    ...(settings.use_memoization ? { memoization: true as const } : {}),
    ...(parallel === undefined ? {} : { parallel }),
    folder: project.root_folder,
    ...(Object.keys(places).length > 0 ? { places } : {}),
    ...(batch && !Array.isArray(batch) ? { batch } : {}),
    ...(Object.keys(frozen.beside).length > 0 ? { beside: frozen.beside } : {}),
  }
  // what its keys are made of is hashed first
  const status = isBatch || settings.use_memoization || needsImages(process) ? 'CREATING' : 'QUEUED'
  return { record, inputs: validated.inputs, contents: frozen.contents, status }
}

const NO_FUNDS: ValidationEntry = {
  type: 'error/task_validation/billing',
  message: 'The billing group of the project is disabled: nothing is run on its account.',
  input_id: '',
}

/** The worker brings images, or says why it can't, before the task is QUEUED. */
function needsImages(process: Process): boolean {
  try {
    return containersOf(process).length > 0
  } catch {
    return true
  }
}

async function load(db: Queries, context: Context, caller: Caller, task: TaskRow): Promise<AtHand> {
  const { process, model } = await runnableApp(context, db, caller, task.app, task.project)
  return { process, model, inputs: parseJson(await loadJson(db, task.inputs)) }
}

async function freezeOrExplain(db: Queries, process: Process, validated: Validated, batchInput: string | null) {
  try {
    return await freeze(db, process, validated, batchInput)
  } catch (error) {
    if (!(error instanceof TooManyEntries)) throw error
    return [{ type: 'error/task_validation/input/file', message: error.message, input_id: '' }]
  }
}

/** The groups of a batch task, or why there are none. */
function splitOrExplain(process: Process, task: TaskRow, validated: Validated) {
  const input = task.batch_input ?? ''
  if (task.groups !== null) return { input, groups: JSON.parse(task.groups) as BatchGroup[] }
  const port = process.inputs.find(({ id }) => id === input)
  const by = JSON.parse(task.batch_by ?? '{}')
  const found: Grouping = port
    ? groupsOf(by, port.type, validated.inputs[input], validated.files)
    : { problem: 'the app has no such input' }
  if ('groups' in found) return { input, groups: found.groups }
  return [{ type: 'error/task_validation/batch', message: `Input ${input}: ${found.problem}.`, input_id: input }]
}
