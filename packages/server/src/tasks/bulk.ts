import { recordsFor } from '../bulk/records.ts'
import type { Caller, Context } from '../context.ts'
import { type AnswerBudget, LARGE, pause } from '../pacing/answer-budget.ts'
import { taskFor } from './find.ts'
import { measureValues, renderTask } from './render.ts'

/** A record for each task: the whole task, or why it is not shown; those for which the answer has no room are not. */
export function getTasks({ database }: Context, caller: Caller, ids: string[], base: string, room: AnswerBudget) {
  let bytes = 0
  return recordsFor(ids, base, async id => {
    const task = await taskFor(database.read, caller, 'tasks.get', id)
    const { sizes } = await measureValues(database.read, [task], () => true)
    bytes += sizes[0]!
    if (bytes > room.most) throw room.noRoomForMore('ask for fewer tasks, or for this one alone.')
    await room.reserve(bytes)
    if (sizes[0]! > LARGE) await pause()
    return renderTask(database.read, task, base, () => true, room)
  })
}
