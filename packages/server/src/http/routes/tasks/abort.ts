import { tasks } from '@reprise/contract'
import { abortTask as abort } from '../../../tasks/run.ts'
import { route } from '../../route.ts'
import { showAgain, showTask } from './show.ts'

/** POST /tasks/{id}/actions/abort */
export const abortTask = route({
  call: 'tasks.abort',
  answer: tasks.task,
  handle: async request => {
    const { context, caller, path } = request
    return showTask(request, await abort(context, caller, path.task))
  },
  again: request => showAgain(request, request.path.task),
})
