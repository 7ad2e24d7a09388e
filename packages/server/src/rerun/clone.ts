import type { tasks } from '@reprise/contract'
import { parseJson } from '@reprise/cwl/json'
import type { Caller, Context } from '../context.ts'
import { loadJson, sizesOf } from '../database/values.ts'
import type { Room } from '../limits/room.ts'
import { batchingOf, PLAIN } from '../tasks/batch.ts'
import { saveDraft } from '../tasks/create.ts'
import { tooManyInputs } from '../tasks/draft.ts'
import { runnableApp, taskFor } from '../tasks/find.ts'
import { mergedSettings, outputLocation } from '../tasks/settings.ts'
import { mergeInputs, validate } from '../tasks/validate.ts'

/** What is to be other than in the origin; inputs are merged, `null` clears one. */
export type Overrides = Pick<
  tasks.EditTask,
  | 'name'
  | 'description'
  | 'app'
  | 'inputs'
  | 'batch'
  | 'batch_input'
  | 'batch_by'
  | 'execution_settings'
  | 'use_interruptible_instances'
  | 'output_location'
>

/**
 * Makes a task of another one, in any state that one is in: same name, description, project, pinned revision, inputs,
 * batching, settings and output location, as overridden. Nothing of outputs, times, price, errors or parentage is taken
 * over, and the origin stays as it was. The inputs are validated as they are now: one that vanished is named in `errors` and
 * keeps the task a draft, also when it is to run. Throws ApiError 7002, 7001, or 6002 when the app is gone.
 */
export async function cloneTask(
  context: Context,
  caller: Caller,
  id: string,
  run: boolean,
  room: Room,
  overrides: Overrides = {},
) {
  const { read } = context.database
  const origin = await taskFor(read, caller, 'tasks.clone', id)
  const size = (await sizesOf(read, [origin.inputs])).get(origin.inputs) ?? 0
  // from before there was a limit: nothing of it need be looked at
  if (overrides.inputs === undefined && size > context.limits['task-inputs-bytes']) throw tooManyInputs(context.limits)
  await room.take(size)
  const [{ found, process, model }, before] = await Promise.all([
    runnableApp(context, read, caller, overrides.app ?? origin.app, origin.project),
    loadJson(read, origin.inputs),
  ])
  const { batch, batch_input, batch_by } = origin
  const batching = batchingOf(overrides, process, batch === 1 ? { batch, batch_input, batch_by } : PLAIN)
  const inputs = mergeInputs(process, parseJson(before), overrides.inputs)
  const definition = { project: origin.project, process, inputs, batchInput: batching.batch_input }
  return saveDraft(
    context,
    caller,
    {
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
      outputLocation: outputLocation(overrides, origin.output_location),
      origin,
    },
    run && {},
  )
}
