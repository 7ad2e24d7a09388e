import type { Queries, Write } from './index.ts'
import type { TakeoverRow } from './schema.ts'

/** Rows of tasks that are on their way, all of them: few tasks ever have one. */
export async function listTakeovers(db: Queries): Promise<TakeoverRow[]> {
  return await db.selectFrom('takeovers').selectAll().execute()
}

/** Counts that the task is taken up once more, as one that its worker may die with; gives the row. */
export async function countTakeover(tx: Write, task: string): Promise<TakeoverRow> {
  await tx
    .insertInto('takeovers')
    .values({ task, deaths: 1, taken: 1 })
    .onConflict(conflict =>
      conflict.column('task').doUpdateSet(of => ({
        deaths: of('takeovers.deaths', '+', 1),
        taken: of('takeovers.taken', '+', 1),
      })),
    )
    .execute()
  return await tx.selectFrom('takeovers').selectAll().where('task', '=', task).executeTakeFirstOrThrow()
}

/** The worker has not died with the task, so far. */
export async function clearDeath(tx: Write, task: string): Promise<void> {
  await tx
    .updateTable('takeovers')
    .set(of => ({ deaths: of('deaths', '-', 1) }))
    .where('task', '=', task)
    .where('deaths', '>', 0)
    .execute()
}

export async function deleteTakeover(tx: Write, task: string): Promise<void> {
  await tx.deleteFrom('takeovers').where('task', '=', task).execute()
}
