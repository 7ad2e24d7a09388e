import type { tasks } from '@reprise/contract'
import { type Process, type ResourcesByStep, stepPaths } from '@reprise/cwl'
import { parseJson } from '@reprise/cwl/json'
import type { Caller, Context } from '../context.ts'
import type { TaskRow } from '../database/schema.ts'
import { loadJson, sizesOf } from '../database/values.ts'
import { ApiError } from '../errors.ts'
import type { AnswerBudget } from '../pacing/answer-budget.ts'
import { batchingOf, PLAIN } from '../tasks/batch.ts'
import { saveDraft } from '../tasks/create.ts'
import { type NewDraft, tooManyInputs } from '../tasks/draft.ts'
import { runnableApp, taskFor } from '../tasks/find.ts'
import { mergedSettings, outputLocation } from '../tasks/settings.ts'
import { mergeInputs, validate } from '../tasks/validate.ts'
import { failedGroups } from './only-failed.ts'

/**
 * Makes a task of another one, in any state that one is in: same name, description, project, pinned revision, inputs,
 * batching, settings, output location, resources, and what its expressions draw from and see as the date, as overridden.
 * Nothing of outputs, times, price, errors or parentage is taken over, and the origin stays as it was. The inputs are validated as
 * they are now: one that vanished is named in `errors` and keeps the task a draft, also when it is to run. Throws ApiError
 * 7002, 7001, 6002 when the app is gone, 7022, or 90000 for what the app has not.
 */
export async function cloneTask(
  context: Context,
  caller: Caller,
  id: string,
  run: boolean,
  room: AnswerBudget,
  overrides: tasks.CloneTask = {},
  verifies = false,
) {
  const origin = await taskFor(context.database.read, caller, 'tasks.clone', id)
  const draft = await draftOf(context, caller, origin, room, overrides, verifies)
  return saveDraft(context, caller, draft, run && {})
}

/** The draft that a rerun begins as; nothing is written. Throws ApiError as `cloneTask` does. */
export async function draftOf(
  context: Context,
  caller: Caller,
  origin: TaskRow,
  room: AnswerBudget,
  overrides: tasks.CloneTask,
  verifies = false,
): Promise<NewDraft> {
  const { read } = context.database
  const size = (await sizesOf(read, [origin.inputs])).get(origin.inputs) ?? 0
  // from before there was a limit: nothing of it need be looked at
  if (overrides.inputs === undefined && size > context.limits['task-inputs-bytes']) throw tooManyInputs(context.limits)
  await room.reserve(size)
  if (overrides.name !== undefined && !overrides.name.trim()) throw new ApiError(90000, 'must not be empty.', 'name')
  const [{ found, process, model }, before, failed] = await Promise.all([
    runnableApp(context, read, caller, overrides.app ?? origin.app, origin.project),
    loadJson(read, origin.inputs),
    overrides.only_failed === true ? failedGroups(read, origin) : undefined,
  ])
  assertNamed(process, overrides)
  const { batch, batch_input, batch_by } = origin
  if (failed) assertSplitAsBefore(overrides, batch_input ?? '')
  const batching = batchingOf(overrides, process, batch === 1 ? { batch, batch_input, batch_by } : PLAIN)
  const inputs = mergeInputs(process, failed?.inputs ?? parseJson(before), overrides.inputs)
  const definition = { project: origin.project, process, inputs, batchInput: batching.batch_input }
  return {
    project: origin.project,
    name: overrides.name ?? origin.name,
    description: overrides.description ?? origin.description,
    app: `${found.app}/${found.revision}`,
    process,
    model,
    validated: await validate(read, definition),
    batching,
    settings: mergedSettings(JSON.parse(origin.execution_settings), overrides.execution_settings),
    interruptible: overrides.use_interruptible_instances ?? origin.use_interruptible_instances === 1,
    outputLocation: outputLocation(overrides, overrides.output_location ? null : origin.output_location),
    resources: mergedResources(origin.resources, overrides.resources),
    groups: failed?.groups ?? groupsOf(origin.groups, overrides, batching.batch_input),
    verifies,
    origin,
  }
}

/** Inputs and steps that the body names are the app's: a typing error runs nothing. */
function assertNamed(process: Process, { inputs = {}, resources = {} }: tasks.CloneTask): void {
  const ids = new Set(process.inputs.map(input => input.id))
  for (const id of Object.keys(inputs)) {
    if (!ids.has(id) && !(id.startsWith('#') && ids.has(id.slice(1)))) {
      throw new ApiError(90000, `the app has no input ${id}.`, `inputs.${id}`)
    }
  }
  const steps = new Set(stepPaths(process))
  for (const step of Object.keys(resources)) {
    if (step !== '*' && !steps.has(step)) throw new ApiError(90000, `the app has no step ${step}.`, `resources.${step}`)
  }
}

/** What failed is run again as it was split: its items, and how, can't be others. */
function assertSplitAsBefore(overrides: tasks.CloneTask, input: string): void {
  for (const key of ['batch', 'batch_input', 'batch_by'] as const) {
    if (overrides[key] !== undefined) throw new ApiError(90000, 'can not be given with only_failed.', key)
  }
  if (Object.hasOwn(overrides.inputs ?? {}, input)) {
    throw new ApiError(90000, 'is the batch input, and can not be given with only_failed.', `inputs.${input}`)
  }
}

function mergedResources(before: string | null, given: ResourcesByStep | undefined): ResourcesByStep | undefined {
  const old: ResourcesByStep = before === null ? {} : JSON.parse(before)
  const steps = new Set([...Object.keys(old), ...Object.keys(given ?? {})])
  if (steps.size === 0) return undefined
  return Object.fromEntries([...steps].map(step => [step, { ...old[step], ...given?.[step] }]))
}

/** Groups of a rerun of what failed are those of its own rerun, unless that splits anew. */
function groupsOf(before: string | null, overrides: tasks.CloneTask, input: string | null) {
  const { batch, batch_input, batch_by, inputs = {} } = overrides
  const isSplitAnew = [batch, batch_input, batch_by].some(given => given !== undefined)
  return before === null || isSplitAnew || Object.hasOwn(inputs, input ?? '') ? undefined : JSON.parse(before)
}
