import type { TaskRow } from '../../../database/schema.ts'
import { taskFor } from '../../../tasks/find.ts'
import { renderTask } from '../../../tasks/render.ts'
import { wants } from '../../fields.ts'
import type { Request } from '../../route.ts'

/** The answer of every call that gives one task. */
export function showTask(
  { context, fields, base, room }: Pick<Request, 'context' | 'fields' | 'base' | 'room'>,
  task: TaskRow,
) {
  return renderTask(context.database.read, task, base, key => wants(fields, key), room)
}

/** The answer of a call that made this task, or changed it, some time ago. */
export async function showAgain(
  request: Pick<Request, 'context' | 'caller' | 'fields' | 'base' | 'room'>,
  task: string | null,
): Promise<unknown> {
  if (task === null) return undefined
  return showTask(request, await taskFor(request.context.database.read, request.caller, 'tasks.get', task))
}
