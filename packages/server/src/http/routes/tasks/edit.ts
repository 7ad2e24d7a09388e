import { tasks } from '@reprise/contract'
import { inputsSizeOf } from '../../../database/tasks.ts'
import { editTask as edit } from '../../../tasks/edit.ts'
import { route } from '../../route.ts'
import { showTask } from './show.ts'

/** PATCH /tasks/{id} */
export const editTask = route({
  call: 'tasks.edit',
  answer: tasks.task,
  body: tasks.editTask,
  handle: async request => {
    const { context, caller, path, body, room } = request
    await room.reserve(await inputsSizeOf(context.database.read, path.task))
    return showTask(request, await edit(context, caller, 'tasks.edit', path.task, body))
  },
})
