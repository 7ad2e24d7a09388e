import { tasks } from '@reprise/contract'
import { cloneTask as clone } from '../../../rerun/clone.ts'
import { wantsRun } from '../../../tasks/actions.ts'
import { route } from '../../route.ts'
import { showAgain, showTask } from './show.ts'

/** POST /tasks/{id}/actions/clone: the rerun; with action=run it starts at once. */
export const cloneTask = route({
  call: 'tasks.clone',
  answer: tasks.task,
  query: tasks.cloneTaskQuery,
  handle: async request => {
    const { context, caller, path, query, room } = request
    return showTask(request, await clone(context, caller, path.task, wantsRun(query.action), room))
  },
  again: showAgain,
})
