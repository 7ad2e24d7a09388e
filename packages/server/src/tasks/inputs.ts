import { parseJson } from '@reprise/cwl/json'
import { parseAppId } from '../apps/find.ts'
import type { Caller, Context } from '../context.ts'
import { findRevision } from '../database/apps.ts'
import type { TaskRow } from '../database/schema.ts'
import { loadJson, sizesOf } from '../database/values.ts'
import type { AnswerBudget } from '../pacing/answer-budget.ts'
import { renderValues } from './render.ts'

/** All inputs of a task's app, those without a value as null. */
export async function allInputs({ database, models }: Context, caller: Caller, task: TaskRow, room: AnswerBudget) {
  const { read } = database
  await room.reserve((await sizesOf(read, [task.inputs])).get(task.inputs) ?? 0)
  const values = renderValues(parseJson(await loadJson(read, task.inputs)))
  const app = parseAppId(task.app)
  const found = app && (await findRevision(read, app.app, app.revision, caller.username))
  if (!found?.model) return values
  const process = await models.load(read, found.model)
  return { ...Object.fromEntries(process.inputs.map(input => [input.id, null])), ...values }
}
