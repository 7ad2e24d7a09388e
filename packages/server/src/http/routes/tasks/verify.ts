import { tasks } from '@reprise/contract'
import { verifyTask as verify } from '../../../rerun/verify.ts'
import { route } from '../../route.ts'
import { showAgain, showTask } from './show.ts'

/** POST /tasks/{id}/actions/verify: a rerun that is compared with its origin when it ends. */
export const verifyTask = route({
  call: 'tasks.verify',
  answer: tasks.task,
  handle: async request => {
    const { context, caller, path, room } = request
    return showTask(request, await verify(context, caller, path.task, room))
  },
  again: showAgain,
})
