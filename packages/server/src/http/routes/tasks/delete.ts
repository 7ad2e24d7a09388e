import { removeTask } from '../../../tasks/edit.ts'
import { route } from '../../route.ts'

/** DELETE /tasks/{id} */
export const deleteTask = route({
  call: 'tasks.delete',
  handle: ({ context, caller, path }) => removeTask(context, caller, path.task),
})
