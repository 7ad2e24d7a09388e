import type { TaskRow } from '../../../database/schema.ts'
import { renderTask } from '../../../tasks/render.ts'
import { wants } from '../../fields.ts'
import type { Request } from '../../route.ts'

/** The answer of every call that gives one task. */
export function showTask({ context, fields, base }: Pick<Request, 'context' | 'fields' | 'base'>, task: TaskRow) {
  return renderTask(context.database.read, task, base, key => wants(fields, key))
}
