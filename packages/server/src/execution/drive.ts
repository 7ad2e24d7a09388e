import { execute, JobFailure, type Values } from '@reprise/cwl'
import { DatabaseError, isConflict, isPassing } from '../database/errors.ts'
import { clearPending, showPending } from '../database/pending.ts'
import { type ActiveTask, addWarnings, FencedError, moveTask } from '../database/task-states.ts'
import { hashed, storeHashed } from '../database/values.ts'
import { jobsHolder, taskHolder } from '../domain/holders.ts'
import { failpoint } from '../failpoints.ts'
import { abandonAttempts } from './abandoned.ts'
import { listAttempts } from './attempts.ts'
import { driveBatch } from './batch.ts'
import { budgetsOf } from './budgets.ts'
import { endAborted, endFailed } from './endings.ts'
import { hashInputs } from './hash-inputs.ts'
import { holdAhead } from './hold-ahead.ts'
import { TaskHost } from './host.ts'
import { withImages } from './images.ts'
import { takeLiterals } from './outputs.ts'
import { publishOutputs } from './publish.ts'
import { publishAhead, TaskAborted } from './publish-ahead.ts'
import { removeFolder } from './removal.ts'
import { settleBatch } from './settle-batch.ts'
import { DEATHS, type Watch } from './takeovers.ts'
import { loadTaskRun, type TaskRun, workFolderOf, workFoldersElsewhere } from './task-run.ts'
import { unlessAborted } from './unless-aborted.ts'
import { endVerification } from './verification.ts'
import type { WorkerContext } from './worker-context.ts'

/**
 * Brings one task to its end, from wherever it is: COMPLETED with its outputs as files of the project, FAILED with the
 * reason, or ABORTED; in each case when none of its processes runs any more, and each in one transaction. Rejects only when
 * its rows can't be written for now; then the task is as it was, and driving it again goes on from what settled.
 */
export async function driveTask(
  context: WorkerContext,
  task: ActiveTask,
  signal: AbortSignal,
  watch?: Watch,
): Promise<void> {
  if (task.batch === 1) return await driveBatch(context, task, signal)
  try {
    if (task.status === 'ABORTING') await endAborted(context, task)
    else await run(context, task, signal, watch)
  } finally {
    context.contents.unpin(taskHolder(task.id))
  }
  await clear(context, task)
}

/** Ends a task that workers have died of, and whatever of it still runs. */
export async function failDeadlyTask(context: WorkerContext, task: ActiveTask): Promise<void> {
  await context.dispatch.cancel(await listAttempts(workFolderOf(context, task.id)))
  const message =
    `The server's worker died ${DEATHS} times when it went on with this task, so it is not tried again. What the task's ` +
    'inputs, expressions or outputs make may need more memory than the worker has.'
  if (!(await endFailed(context, task, new Error(message)))) await endAborted(context, task)
  await clear(context, task)
}

async function clear(context: WorkerContext, task: ActiveTask): Promise<void> {
  await removeFolder(workFolderOf(context, task.id))
  await Promise.allSettled((await workFoldersElsewhere(context, task.id)).map(abandonAttempts))
}

async function run(context: WorkerContext, task: ActiveTask, signal: AbortSignal, watch?: Watch): Promise<void> {
  const stop = new AbortController()
  let host: TaskHost | undefined
  try {
    const ready = task.status === 'CREATING' ? await prepare(context, task, signal) : task
    const taskRun = await loadTaskRun(context, ready, watch)
    failpoint('after-load', taskRun.record.app)
    host = new TaskHost(taskRun)
    const { process, inputs } = taskRun.record
    const options = {
      signal: AbortSignal.any([signal, stop.signal]),
      evaluator: context.evaluator,
      time: taskRun.record.time ?? task.started ?? task.created,
      seed: taskRun.record.seed ?? task.id,
      ...(taskRun.record.resources ? { resources: taskRun.record.resources } : {}),
      turn: taskRun.user,
      budgets: budgetsOf(context.limits),
    }
    const outputs = await execute(process, taskRun.folders.named(inputs), host, options)
    await host.drained()
    failpoint('before-finish')
    await complete(taskRun, outputs, task)
    await taskRun.attempts.drained()
  } catch (error) {
    // its jobs are another worker's now: none is killed, and none waited for
    if (error instanceof FencedError) throw error
    if (!(error instanceof JobFailure)) stop.abort(error)
    await host?.drained()
    if (mayPass(error)) throw error
    failpoint('before-fail')
    const failed = !signal.aborted && (await endFailed(context, task, host?.failure ?? told(error)))
    if (!failed) await endAborted(context, task)
  }
}

/**
 * Brings the images that the task needs, and freezes what identifies them in its record, and hashes what keys are made of, before it is
 * QUEUED.
 */
async function prepare(context: WorkerContext, task: ActiveTask, signal: AbortSignal): Promise<ActiveTask> {
  // an image that is on its way may be another task's too: it is not waited for, and not broken off
  const { record, warnings } = await unlessAborted(withImages(context, task), signal)
  await unlessAborted(hashInputs(context, task), signal)
  await context.database.write(async tx => {
    await context.owner.check(tx, task.id)
    if (record) await storeHashed(tx, record)
    if (warnings.length > 0) await addWarnings(tx, task.id, warnings)
    const frozen = record ? { record: record.hash } : {}
    await moveTask(tx, task.id, ['CREATING'], 'QUEUED', { claim: context.owner.claim, ...frozen })
  })
  return record ? { ...task, record: record.hash } : task
}

/** What the database refuses for what it is (too large, a character that it can't hold) it refuses every time. */
function mayPass(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === undefined || isPassing(error) || isConflict(error))
}

function told(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error
  return new Error(`The database can't store what the task made: ${error.message}`)
}

/** Throws TaskAborted, and nobody sees anything, when the task was aborted in the meantime. */
async function complete(task: TaskRun, outputs: Values, active: ActiveTask): Promise<void> {
  const { database, contents, owner, limits } = task.context
  const taken = await takeLiterals(contents, task.held, 'outputs', task.folders.whole(outputs), limits['output-files'])
  const last = await holdAhead(task, taken.contents)
  const ahead = await publishAhead(task.context, task, taken.outputs)
  const known = ahead && hashed(JSON.stringify(ahead))
  const result = hashed(JSON.stringify(taken.outputs))
  await database.write(async tx => {
    await owner.check(tx, task.id)
    await contents.holdAll(tx, last, jobsHolder(task.id))
    const stored = known ?? hashed(JSON.stringify(await publishOutputs(tx, task, taken.outputs)))
    if (known) await showPending(tx, task.id)
    await storeHashed(tx, stored, result)
    const steps = task.journal.completed
    const fields = {
      outputs: stored.hash,
      result: result.hash,
      steps_total: steps,
      steps_completed: steps,
      ended: Date.now(),
      message: '',
    }
    if (!(await moveTask(tx, task.id, ['QUEUED', 'RUNNING'], 'COMPLETED', fields))) throw new TaskAborted()
    await endVerification(tx, active)
    await settleBatch(tx, active.parent)
  })
  failpoint('after-finish')
  // it is to be seen already, and the sweeper ends what this does not
  if (known) await clearPending(database, task.id).catch(() => undefined)
}
