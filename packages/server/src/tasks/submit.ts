import type { Values } from '@reprise/cwl'
import type { Caller, Context } from '../context.ts'
import { addHolders } from '../database/contents.ts'
import type { Write } from '../database/index.ts'
import { findProject } from '../database/projects.ts'
import type { TaskRow } from '../database/schema.ts'
import { moveTask } from '../database/task-states.ts'
import { updateTask } from '../database/tasks.ts'
import { loadJson, storeValue } from '../database/values.ts'
import type { ResolvedRecord } from '../execution/record.ts'
import type { ProjectSettings } from '../projects/settings.ts'
import { batchNotRun, PLAIN } from './batch.ts'
import { runnableApp } from './find.ts'
import { type Frozen, freeze, TooManyEntries } from './freeze.ts'
import type { ExecutionSettings } from './settings.ts'
import { type ValidationEntry, validate } from './validate.ts'

/** What a call says about this one run. */
export interface RunOptions {
  /** false: a batch task runs as one plain task */
  batch?: boolean | undefined
  interruptible?: boolean | undefined
}

/**
 * Takes a task out of DRAFT, in the caller's transaction: everything is validated again, then all that the run depends on is
 * frozen as the resolved record, its contents are held, and the task is QUEUED. With errors it stays a draft that shows
 * them. Gives the errors; after the commit the worker is to be told when there are none.
 */
export async function submitTask(
  tx: Write,
  context: Context,
  caller: Caller,
  task: TaskRow,
  options: RunOptions,
): Promise<ValidationEntry[]> {
  const { process } = await runnableApp(context, tx, caller, task.app)
  const batching = options.batch === false ? PLAIN : {}
  const isBatch = task.batch === 1 && options.batch !== false
  const inputs = JSON.parse(await loadJson(tx, task.inputs)) as Values
  const validated = await validate(tx, {
    project: task.project,
    process,
    inputs,
    batchInput: isBatch ? task.batch_input : null,
  })
  const errors = isBatch ? [...validated.errors, batchNotRun(task.batch_input)] : validated.errors
  const frozen = errors.length > 0 ? errors : await frozenOr(() => freeze(tx, process, validated))
  if (Array.isArray(frozen)) {
    await updateTask(tx, task.id, { errors: JSON.stringify(frozen) })
    return frozen
  }
  const project = (await findProject(tx, task.project, caller.username))!
  const projectSettings = JSON.parse(project.settings) as ProjectSettings
  const settings = JSON.parse(task.execution_settings) as ExecutionSettings
  const record: ResolvedRecord = {
    format: 1,
    app: task.app,
    process,
    inputs: frozen.inputs,
    network: projectSettings.allow_network_access && context.settings.allowNetwork === true,
    ...(settings.max_parallel_instances === undefined ? {} : { parallel: settings.max_parallel_instances }),
    folder: project.root_folder,
  }
  await addHolders(tx, frozen.contents, `task:${task.id}`)
  await moveTask(tx, task.id, ['DRAFT'], 'QUEUED', {
    ...batching,
    ...(options.interruptible === undefined ? {} : { use_interruptible_instances: options.interruptible ? 1 : 0 }),
    inputs: await storeValue(tx, validated.inputs),
    record: await storeValue(tx, record),
    errors: '[]',
    message: 'In queue',
    executed_by: caller.username,
    started: Date.now(),
  })
  return []
}

async function frozenOr(make: () => Promise<Frozen>): Promise<Frozen | ValidationEntry[]> {
  try {
    return await make()
  } catch (error) {
    if (!(error instanceof TooManyEntries)) throw error
    return [{ type: 'error/task_validation/input/file', message: `${error.message}.`, input_id: '' }]
  }
}
