import type { Call, tasks } from '@reprise/contract'
import { parseJson } from '@reprise/cwl/json'
import type { Caller, Context } from '../context.ts'
import type { Write } from '../database/index.ts'
import type { TaskRow } from '../database/schema.ts'
import { deleteTask, updateTask } from '../database/tasks.ts'
import { loadJson, storeText, storeValue } from '../database/values.ts'
import { ApiError } from '../errors.ts'
import { type Batching, batchingOf, PLAIN } from './batch.ts'
import { boundInputs } from './draft.ts'
import { runnableApp, taskFor } from './find.ts'
import { mergedSettings, outputLocation, outputLocationEntries } from './settings.ts'
import { mergeInputs, validate } from './validate.ts'

/**
 * Changes a draft: what is given, inputs merged with null clearing, and everything validated afresh. A task that is no
 * draft any more is only renamed. Gives the task as it is then.
 */
export function editTask(
  context: Context,
  caller: Caller,
  call: Call,
  id: string,
  given: tasks.EditTask,
): Promise<TaskRow> {
  return context.database.write(async tx => {
    const task = await taskFor(tx, caller, call, id)
    if (given.name !== undefined && !given.name.trim()) throw new ApiError(90000, 'must not be empty.', 'name')
    const fields = task.status === 'DRAFT' ? await edited(tx, context, caller, task, given) : renamed(given)
    await updateTask(tx, task.id, fields)
    return { ...task, ...fields }
  })
}

/** `PATCH` of the inputs alone; gives all of them. */
export async function editInputs(
  context: Context,
  caller: Caller,
  id: string,
  inputs: { [id: string]: unknown },
): Promise<TaskRow> {
  return editTask(context, caller, 'tasks.editInputs', id, { inputs })
}

function renamed(given: tasks.EditTask): Partial<TaskRow> {
  const { name, ...others } = given
  const other = Object.entries(others).find(([, value]) => value !== undefined && value !== null)
  if (other) throw new ApiError(7026, undefined, other[0])
  return name === undefined ? {} : { name }
}

async function edited(
  tx: Write,
  context: Context,
  caller: Caller,
  task: TaskRow,
  given: tasks.EditTask,
): Promise<Partial<TaskRow>> {
  const { found, process } = await runnableApp(context, tx, caller, given.app ?? task.app, task.project)
  const { batch, batch_input, batch_by } = task
  const batching = batchingOf(given, process, batch === 1 ? { batch, batch_input, batch_by } : PLAIN)
  const inputs = mergeInputs(process, parseJson(await loadJson(tx, task.inputs)), given.inputs)
  const definition = { project: task.project, process, inputs, batchInput: batching.batch_input }
  const validated = await validate(tx, definition)
  const settings = mergedSettings(JSON.parse(task.execution_settings), given.execution_settings)
  const outputs = Object.fromEntries(process.outputs.map(output => [output.id, {}]))
  const location = outputLocation(given, task.output_location)
  const places = outputLocationEntries(location, process)
  const interruptible = given.use_interruptible_instances
  return {
    name: given.name ?? task.name,
    description: given.description ?? task.description,
    app: `${found.app}/${found.revision}`,
    ...batching,
    inputs: await storeText(tx, boundInputs(context.limits, validated.inputs)),
    outputs: await storeValue(tx, outputs),
    errors: JSON.stringify([...validated.errors, ...places.errors]),
    execution_settings: JSON.stringify(settings),
    use_interruptible_instances: interruptible === undefined ? task.use_interruptible_instances : interruptible ? 1 : 0,
    output_location: location,
    groups: keepsGroups(task, batching, given) ? task.groups : null,
    warnings: JSON.stringify(places.warnings),
  }
}

/** The groups of a rerun of what failed stand for as long as neither the batch input nor the batching is touched. */
function keepsGroups(task: TaskRow, batching: Batching, given: tasks.EditTask): boolean {
  const isSame = batching.batch_input === task.batch_input && batching.batch_by === task.batch_by
  return isSame && !Object.hasOwn(given.inputs ?? {}, task.batch_input ?? '')
}

/** Removes a draft. Throws ApiError 7007 for a task that is none any more. */
export async function removeTask(context: Context, caller: Caller, id: string): Promise<void> {
  await context.database.write(async tx => {
    const task = await taskFor(tx, caller, 'tasks.delete', id)
    if (task.status !== 'DRAFT') throw new ApiError(7007, `The task is ${task.status}: only a DRAFT is deleted.`)
    await deleteTask(tx, task.id)
  })
}
