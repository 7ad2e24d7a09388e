import type { Process, ResourcesByStep, Values } from '@reprise/cwl'
import type { Caller, Context } from '../context.ts'
import type { Write } from '../database/index.ts'
import type { TaskRow } from '../database/schema.ts'
import { insertTask } from '../database/tasks.ts'
import { type Hashed, hashed, storeHashed } from '../database/values.ts'
import type { BatchGroup } from '../domain/record.ts'
import { ApiError } from '../errors.ts'
import { newUuid } from '../ids.ts'
import { type Limits, moreThan } from '../limits/limits.ts'
import type { Batching } from './batch.ts'
import { type ExecutionSettings, outputLocationEntries } from './settings.ts'
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
  /** in place of what tools state, by step */
  resources?: ResourcesByStep | undefined
  /** of a batch task, in place of what its input would be split into */
  groups?: BatchGroup[] | undefined
  /** it is compared with its origin when it ends */
  verifies?: boolean | undefined
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

/** A draft as it would be written, and the values that its row names; its outputs are every output of the app, empty. */
interface Written {
  task: TaskRow
  values: Hashed[]
}

/** The row of a draft. Throws ApiError 90000 for inputs that are too large. */
export function draftRow({ limits }: Context, caller: Caller, draft: NewDraft, id = newUuid()): Written {
  const outputs = Object.fromEntries(draft.process.outputs.map(output => [output.id, {}]))
  const places = outputLocationEntries(draft.outputLocation, draft.process)
  const [inputs, empty] = [hashed(boundInputs(limits, draft.validated.inputs)), hashed(JSON.stringify(outputs))]
  const task: TaskRow = {
    id,
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
    ...sameAgain(draft.origin),
    resources: draft.resources === undefined ? null : JSON.stringify(draft.resources),
    groups: draft.groups === undefined ? null : JSON.stringify(draft.groups),
    verifies: draft.verifies ? 1 : 0,
    result: null,
    record: null,
    model: null,
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
  return { task, values: [inputs, empty] }
}

/** Writes a draft. Throws ApiError 90000 for inputs that are too large. */
export async function insertDraft(
  tx: Write,
  context: Context,
  caller: Caller,
  draft: NewDraft,
  id = newUuid(),
): Promise<TaskRow> {
  const { task, values } = draftRow(context, caller, draft, id)
  const own = values.filter(({ hash }) => hash !== draft.origin?.inputs && hash !== draft.origin?.outputs)
  await Promise.all([storeHashed(tx, ...own), insertTask(tx, task)])
  return task
}

/**
 * What the expressions of a rerun draw from and see as the date: what those of its origin did. Nothing of a draft that never ran,
 * or of no origin: the task then takes its own id, and when it starts.
 */
function sameAgain(origin: TaskRow | null): Pick<TaskRow, 'seed' | 'time'> {
  if (!origin) return { seed: null, time: null }
  if (origin.seed !== null || origin.record === null) return { seed: origin.seed, time: origin.time }
  return { seed: origin.id, time: origin.started ?? origin.created }
}
