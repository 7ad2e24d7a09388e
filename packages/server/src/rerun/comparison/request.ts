import { setTimeout as pauseFor } from 'node:timers/promises'
import type { Call } from '@reprise/contract'
import type { Caller, Context } from '../../context.ts'
import { beginAgain, beginComparison, type ComparisonKey, findComparison } from '../../database/comparisons.ts'
import type { ComparisonRow } from '../../database/schema.ts'
import { type FoundTask, findTask } from '../../database/tasks.ts'
import { isTerminal } from '../../domain/task-states.ts'
import { ApiError } from '../../errors.ts'
import { mayRead } from '../../rights/authorise.ts'
import { taskFor } from '../../tasks/find.ts'
import { COMPARER_VERSION } from '../comparers/verdict.ts'
import { compareBatchKind } from './batch-kind.ts'
import { compareKind } from './kind.ts'

/** Two tasks that may be compared: both may be read, and have ended. */
export interface Compared {
  task: FoundTask
  other: FoundTask
}

/**
 * The tasks that a call compares; the other is the origin when none is named. Throws ApiError 7002 naming `with`, 90000 when
 * there is no origin, 7007 naming the task that has not ended.
 */
export async function comparedTasks(
  context: Context,
  caller: Caller,
  call: Call,
  id: string,
  given: string | undefined,
): Promise<Compared> {
  const { read } = context.database
  const task = await taskFor(read, caller, call, id)
  const wanted = given ?? task.origin
  if (wanted === null) throw new ApiError(90000, 'is missing: the task has no origin to be compared with.', 'with')
  const other = await findTask(read, wanted.toLowerCase(), caller.username)
  if (!other || !mayRead(other)) throw new ApiError(7002, `There is no task ${wanted}.`, 'with')
  if (task.batch !== other.batch)
    throw new ApiError(90000, 'must be a batch task where the task is one, else none.', 'with')
  for (const [side, name] of [
    [task, 'The task'],
    [other, 'The task that it is compared with (with)'],
  ] as const) {
    if (!isTerminal(side.status)) throw new ApiError(7007, `${name}, ${side.id}, is ${side.status}: it has not ended.`)
  }
  return { task, other }
}

export function keyOf({ task, other }: Compared): ComparisonKey {
  return { task: task.id, other: other.id, version: COMPARER_VERSION }
}

/** The comparison as it is, begun when nobody has asked for it yet, or when it failed. */
export async function requestComparison(context: Context, caller: Caller, tasks: Compared): Promise<ComparisonRow> {
  const { database, operations } = context
  const key = keyOf(tasks)
  const row = await findComparison(database.read, key)
  if (row && row.state !== 'FAILED') return row
  const { name } = tasks.task.batch === 1 ? compareBatchKind : compareKind
  await database.write(async tx => {
    const isNew = row ? await beginAgain(tx, key) : await beginComparison(tx, key)
    if (isNew) await operations.accept(tx, name, caller.username, { task: key.task, other: key.other })
  })
  operations.wake()
  return (await findComparison(database.read, key))!
}

/** The same, when it is over or so many seconds are. */
export function awaitComparison(context: Context, caller: Caller, tasks: Compared, wait: number) {
  let row: ComparisonRow | undefined
  const look = async () => {
    // one that fails meanwhile is over, and not begun again
    row = row ? ((await findComparison(context.database.read, keyOf(tasks))) ?? row) : undefined
    row ??= await requestComparison(context, caller, tasks)
    return row
  }
  return waitUntil(look, ({ state }) => state !== 'MAKING', wait)
}

/**
 * Looks again until it is over, or so many seconds are. Another process may make it: rows are all that all of them see. Nobody waits for
 * much longer than it takes.
 */
export async function waitUntil<T>(look: () => Promise<T>, isOver: (found: T) => boolean, wait: number): Promise<T> {
  const begun = performance.now()
  for (;;) {
    const found = await look()
    const waited = performance.now() - begun
    const left = wait * 1000 - waited
    if (isOver(found) || left <= 0) return found
    await pauseFor(Math.min(Math.max(20, waited / 20), 500, left))
  }
}
