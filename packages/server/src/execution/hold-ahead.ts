import type { NewContent } from '../database/contents.ts'
import { jobsHolder } from '../domain/holders.ts'
import type { TaskRun } from './task-run.ts'

/** Contents of one transaction: each is a row, and its holder another one. */
const CONTENTS = 200

/**
 * Gives most of many new contents their rows, some at a time, before the transaction that says what they are for; gives those that
 * are left for that one. Nobody sees a content before. Should it never come to that transaction, the task lets go of them some
 * day (HolderRow).
 */
export async function holdAhead({ context, id }: TaskRun, contents: NewContent[]): Promise<NewContent[]> {
  const { database, owner } = context
  let done = 0
  for (; contents.length - done > CONTENTS; done += CONTENTS) {
    const some = contents.slice(done, done + CONTENTS)
    await database.write(async tx => {
      await owner.check(tx, id)
      await context.contents.holdAll(tx, some, jobsHolder(id))
    })
  }
  return contents.slice(done)
}
