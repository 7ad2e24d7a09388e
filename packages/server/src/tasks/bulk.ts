import { recordsFor } from '../bulk/records.ts'
import type { Caller, Context } from '../context.ts'
import { taskFor } from './find.ts'
import { renderTask } from './render.ts'

/** A record for each task: the whole task, or why it is not shown. */
export function getTasks({ database }: Context, caller: Caller, ids: string[], base: string) {
  return recordsFor(ids, base, async id => {
    const task = await taskFor(database.read, caller, 'tasks.get', id)
    return renderTask(database.read, task, base, () => true)
  })
}
