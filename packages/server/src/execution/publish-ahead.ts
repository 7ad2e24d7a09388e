import type { Values } from '@reprise/cwl'
import type { Write } from '../database/index.ts'
import { discardPendingRows, hasPending } from '../database/pending.ts'
import { failpoint } from '../failpoints.ts'
import { Publication, type Publisher } from './publish.ts'
import type { WorkerContext } from './worker-context.ts'

/** Rows that the transaction that completes a task writes of its outputs. */
const AT_ONCE = 400
/** Rows of each one before. */
const ROWS = 900

/** The task has been told to stop. */
export class TaskAborted extends Error {
  override name = 'TaskAborted'
}

/**
 * Writes outputs that are too many for one transaction, pending (database/pending.ts); gives them as the API shows them, to be shown
 * by the transaction that completes the task. Undefined, and nothing was written, when they are few. What an earlier try
 * left is discarded first. Throws TaskAborted when the task was aborted in the meantime.
 */
export async function publishAhead(
  context: WorkerContext,
  task: Publisher,
  outputs: Values,
): Promise<Values | undefined> {
  const publication = new Publication(task, outputs)
  if (publication.size <= AT_ONCE) return undefined
  const { database } = context
  await discardPending(context, task.id)
  while (!publication.isDone) {
    publication.done(
      await database.write(async tx => {
        await context.owner.check(tx, task.id)
        await refuseEnded(tx, task.id)
        return await publication.step(tx, ROWS, task.id)
      }),
    )
    failpoint('after-rows')
  }
  return publication.outputs()
}

/** Nobody will see what is pending of the task, which is on its way or is about to end without it. */
export async function discardPending({ database, owner }: WorkerContext, task: string): Promise<void> {
  if (!(await hasPending(database.read, task))) return
  const some = async (tx: Write) => {
    await owner.check(tx, task)
    return await discardPendingRows(tx, task)
  }
  while (await database.write(some));
}

async function refuseEnded(tx: Write, id: string): Promise<void> {
  const row = await tx.selectFrom('tasks').select('status').where('id', '=', id).executeTakeFirst()
  if (row?.status !== 'QUEUED' && row?.status !== 'RUNNING') throw new TaskAborted()
}
