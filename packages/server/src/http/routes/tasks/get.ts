import { tasks } from '@reprise/contract'
import { taskFor } from '../../../tasks/find.ts'
import { route } from '../../route.ts'
import { showTask } from './show.ts'

/** GET /tasks/{id} */
export const getTask = route({
  call: 'tasks.get',
  answer: tasks.task,
  handle: async request => {
    const { context, caller, path } = request
    return showTask(request, await taskFor(context.database.read, caller, 'tasks.get', path.task))
  },
})
