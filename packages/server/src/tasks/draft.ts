import type { Process, Values } from '@reprise/cwl'
import type { Caller, Context } from '../context.ts'
import type { Write } from '../database/index.ts'
import type { TaskRow } from '../database/schema.ts'
import { insertTask } from '../database/tasks.ts'
import { hashed, storeHashed } from '../database/values.ts'
import { ApiError } from '../errors.ts'
import { newUuid } from '../ids.ts'
import { type Limits, moreThan } from '../limits/limits.ts'
import type { Batching } from './batch.ts'
import { type ExecutionSettings, placeEntries } from './settings.ts'
import type { Validated } from './validate.ts'

/** What a new draft is made of. */
export interface NewDraft {
  project: string
  name: string
  description: string | null
  /** with revision */
  app: string
  process: Process
  /** hash of its text */
  model: string
  validated: Validated
  batching: Batching
  settings: ExecutionSettings
  interruptible: boolean
  outputLocation: string | null
  /** the task that it is a rerun of */
  origin: TaskRow | null
}

/** The text of a task's inputs. Throws ApiError 90000 when that is more than a task may have. */
export function boundInputs(limits: Limits, inputs: Values): string {
  const json = JSON.stringify(inputs)
  const most = limits['task-inputs-bytes']
  if (json.length <= most / 3 || Buffer.byteLength(json) <= most) return json
  throw tooManyInputs(limits)
}

export function tooManyInputs(limits: Limits): ApiError {
  const name = 'task-inputs-bytes'
  return new ApiError(90000, `all inputs together have ${moreThan(name, limits[name])}.`, 'inputs')
}

/** Writes a draft; its outputs are every output of the app, empty. Throws ApiError 90000 for inputs that are too large. */
export async function insertDraft(tx: Write, { limits }: Context, caller: Caller, draft: NewDraft): Promise<TaskRow> {
  const outputs = Object.fromEntries(draft.process.outputs.map(output => [output.id, {}]))
  const places = placeEntries(draft.outputLocation, draft.process)
  const [inputs, empty] = [hashed(boundInputs(limits, draft.validated.inputs)), hashed(JSON.stringify(outputs))]
  const task: TaskRow = {
    id: newUuid(),
    project: draft.project,
    name: draft.name,
    description: draft.description,
    app: draft.app,
    status: 'DRAFT',
    origin: draft.origin?.id ?? null,
    parent: null,
    ...draft.batching,
    batch_group: null,
    execution_settings: JSON.stringify(draft.settings),
    use_interruptible_instances: draft.interruptible ? 1 : 0,
    output_location: draft.outputLocation,
    inputs: inputs.hash,
    outputs: empty.hash,
    errors: JSON.stringify([...draft.validated.errors, ...places.errors]),
    warnings: JSON.stringify(places.warnings),
    record: null,
    claim: 0,
    message: '',
    steps_total: 0,
    steps_completed: 0,
    cost: 0,
    created_by: caller.username,
    executed_by: null,
    created: Date.now(),
    started: null,
    running: null,
    ended: null,
  }
  const values = [inputs, empty].filter(({ hash }) => hash !== draft.origin?.inputs && hash !== draft.origin?.outputs)
  await Promise.all([storeHashed(tx, ...values), insertTask(tx, task)])
  return task
}
