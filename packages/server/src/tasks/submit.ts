import type { Caller, Context } from '../context.ts'
import { holdAll } from '../database/hold-first.ts'
import type { Write } from '../database/index.ts'
import type { TaskRow } from '../database/schema.ts'
import { moveTask } from '../database/task-states.ts'
import { updateTask } from '../database/tasks.ts'
import { hashed, storeHashed } from '../database/values.ts'
import { taskHolder } from '../domain/holders.ts'
import { ApiError } from '../errors.ts'
import { PLAIN } from './batch.ts'
import { type AtHand, fingerprintOf, type RunOptions, resolveRecord } from './resolve.ts'
import type { ValidationEntry } from './validate.ts'

/** The task as it is then; QUEUED when there were no errors. */
export interface Submitted {
  task: TaskRow
  errors: ValidationEntry[]
}

/**
 * Takes a task out of DRAFT, in the caller's transaction, which `holdingFirst` runs: everything is validated again, then all that the run depends on is
 * frozen as the resolved record, its contents are held, and the task is QUEUED; or CREATING, when the worker has to bring
 * images or to make a batch task's children first. With errors it stays a draft that shows them. When it has left DRAFT the
 * worker is to be told, after the commit.
 */
export async function submitTask(
  tx: Write,
  context: Context,
  caller: Caller,
  task: TaskRow,
  options: RunOptions,
  atHand?: AtHand,
): Promise<Submitted> {
  const started = Date.now()
  const resolved = await resolveRecord(tx, context, caller, task, options, started, atHand)
  if ('errors' in resolved) {
    const fields = { errors: JSON.stringify(resolved.errors) }
    await updateTask(tx, task.id, fields)
    return { task: { ...task, ...fields }, errors: resolved.errors }
  }
  const { record, status } = resolved
  if (options.fingerprint !== undefined && options.fingerprint !== fingerprintOf(record, task)) throw otherThanPlanned()
  const stored = { record: hashed(JSON.stringify(record)), inputs: hashed(JSON.stringify(resolved.inputs)) }
  await storeHashed(tx, stored.record, ...(stored.inputs.hash === task.inputs ? [] : [stored.inputs]))
  await holdAll(tx, resolved.contents, taskHolder(task.id))
  const fields = {
    ...(options.batch === false ? PLAIN : {}),
    ...(options.interruptible === undefined ? {} : { use_interruptible_instances: options.interruptible ? 1 : 0 }),
    inputs: stored.inputs.hash,
    record: stored.record.hash,
    model: record.model ?? null,
    errors: '[]',
    message: 'In queue',
    executed_by: caller.username,
    started,
  }
  await moveTask(tx, task.id, ['DRAFT'], status, fields)
  return { task: { ...task, ...fields, status }, errors: [] }
}

/** What would run is not what a plan said. */
export function otherThanPlanned(): ApiError {
  return new ApiError(90007, 'What would run is no longer what the plan said: make it anew.', 'plan')
}
