import { tasks } from '@reprise/contract'
import { cloneTask as clone } from '../../../rerun/clone.ts'
import { wantsRun } from '../../../tasks/actions.ts'
import { route } from '../../route.ts'
import { showAgain, showTask } from './show.ts'

/** POST /tasks/{id}/actions/clone: the rerun; with action=run it starts at once. What the body says is other than in the origin. */
export const cloneTask = route({
  call: 'tasks.clone',
  answer: tasks.task,
  query: tasks.cloneTaskQuery,
  body: tasks.cloneTask,
  handle: async request => {
    const { context, caller, path, query, body, room } = request
    return showTask(request, await clone(context, caller, path.task, wantsRun(query.action), room, body))
  },
  again: showAgain,
})
