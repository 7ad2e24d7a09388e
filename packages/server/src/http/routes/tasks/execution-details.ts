import { type Call, tasks } from '@reprise/contract'
import { renderDetails } from '../../../tasks/details.ts'
import { taskFor } from '../../../tasks/find.ts'
import { type Request, route } from '../../route.ts'

async function show(call: Call, task: string, { context, caller, base, room }: Omit<Request, 'path'>) {
  const { read } = context.database
  return renderDetails(read, await taskFor(read, caller, call, task), base, room)
}

/** GET /tasks/{id}/execution_details */
export const getExecutionDetails = route({
  call: 'tasks.executionDetails',
  answer: tasks.executionDetails,
  handle: ({ path, ...rest }) => show('tasks.executionDetails', path.task, rest),
})

/** GET /{id}/execution_details: where one client looks for them. */
export const getExecutionDetailsAlias = route({
  call: 'tasks.executionDetailsAlias',
  answer: tasks.executionDetails,
  handle: ({ path, ...rest }) => show('tasks.executionDetailsAlias', path.task, rest),
})
