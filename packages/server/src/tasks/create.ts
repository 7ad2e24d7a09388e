import type { tasks } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import { holdingFirst } from '../database/hold-first.ts'
import { findProject } from '../database/projects.ts'
import type { TaskRow } from '../database/schema.ts'
import { ApiError } from '../errors.ts'
import { newUuid } from '../ids.ts'
import { projectId } from '../projects/ids.ts'
import type { ProjectSettings } from '../projects/settings.ts'
import { authorise } from '../rights/authorise.ts'
import { isoTime } from '../time.ts'
import { wantsRun } from './actions.ts'
import { batchingOf } from './batch.ts'
import { insertDraft, type NewDraft } from './draft.ts'
import { runnableApp } from './find.ts'
import type { RunOptions } from './resolve.ts'
import { mergedSettings, outputLocation } from './settings.ts'
import { submitTask } from './submit.ts'
import { validate } from './validate.ts'

/** Makes a draft, and with `action=run` submits it. Inputs that don't fit are no failure: the draft's `errors` tell. */
export async function createTask(
  context: Context,
  caller: Caller,
  given: tasks.CreateTask,
  query: tasks.CreateTaskQuery,
) {
  const run = wantsRun(query.action) || query.run === true
  if (query.batch === false && !run) throw new ApiError(7021, undefined, 'batch')
  if (!given.project) throw new ApiError(3006, undefined, 'project')
  const { read } = context.database
  const id = projectId(given.project, 3012)
  const project = authorise('tasks.create', await findProject(read, id, caller.username))
  const { found, process, model } = await runnableApp(context, read, caller, given.app, project.id)
  const batching = batchingOf(given, process)
  const inputs = given.inputs ?? {}
  const validated = await validate(read, { project: project.id, process, inputs, batchInput: batching.batch_input })
  const defaults = JSON.parse(project.settings) as ProjectSettings
  const draft: NewDraft = {
    project: project.id,
    name: given.name?.trim() ? given.name : `${found.label || found.name} run - ${isoTime(Date.now())}`,
    description: given.description ?? null,
    app: `${found.app}/${found.revision}`,
    process,
    model,
    validated,
    batching,
    settings: mergedSettings({ use_memoization: defaults.use_memoization }, given.execution_settings),
    interruptible:
      query.use_interruptible_instances ?? given.use_interruptible_instances ?? defaults.use_interruptible_instances,
    outputLocation: outputLocation(given),
    origin: null,
  }
  return saveDraft(context, caller, draft, run && { batch: query.batch })
}

/** Writes a draft and, when it is to run, submits it in the same transaction; gives the task as it is then. */
export async function saveDraft(
  context: Context,
  caller: Caller,
  draft: NewDraft,
  run: RunOptions | false,
): Promise<TaskRow> {
  if (!run) return await context.database.write(tx => insertDraft(tx, context, caller, draft), 'blind')
  const id = newUuid()
  const task = await holdingFirst(context.database, async tx => {
    const row = await insertDraft(tx, context, caller, draft, id)
    const atHand = { process: draft.process, model: draft.model, inputs: draft.validated.inputs }
    return (await submitTask(tx, context, caller, row, run, atHand)).task
  })
  if (task.status !== 'DRAFT') context.worker.send({ type: 'queued', task: task.id })
  return task
}
