import { ApiError } from '../../../errors.ts'
import { taskFor } from '../../../tasks/find.ts'
import { route } from '../../route.ts'

/** POST /tasks/{id}/actions/…: an action that there is not. */
export const unknownAction = route({
  call: 'tasks.unknownAction',
  answer: 'refusal',
  handle: async ({ context, caller, path }) => {
    await taskFor(context.database.read, caller, 'tasks.unknownAction', path.task)
    throw new ApiError(7013)
  },
})
