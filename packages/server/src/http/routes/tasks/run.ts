import { tasks } from '@reprise/contract'
import { inputsSizeOf } from '../../../database/tasks.ts'
import { runAsPlanned } from '../../../rerun/plan/run.ts'
import { runTask as run } from '../../../tasks/run.ts'
import { route } from '../../route.ts'
import { showAgain, showTask } from './show.ts'

/** POST /tasks/{id}/actions/run */
export const runTask = route({
  call: 'tasks.run',
  answer: tasks.task,
  query: tasks.runTaskQuery,
  handle: async request => {
    const { context, caller, path, query, room } = request
    await room.reserve(await inputsSizeOf(context.database.read, path.task))
    const options = { batch: query.batch, interruptible: query.use_interruptible_instances }
    if (query.plan !== undefined) {
      return showTask(request, await runAsPlanned(context, caller, path.task, query.plan, options))
    }
    return showTask(request, await run(context, caller, path.task, options))
  },
  again: request => showAgain(request, request.path.task),
})
