import { tasks } from '@reprise/contract'
import { createTask as create } from '../../../tasks/create.ts'
import { route } from '../../route.ts'
import { showAgain, showTask } from './show.ts'

/** POST /tasks */
export const createTask = route({
  call: 'tasks.create',
  answer: tasks.task,
  query: tasks.createTaskQuery,
  body: tasks.createTask,
  handle: async request => {
    const { context, caller, query, body } = request
    return showTask(request, await create(context, caller, body, query))
  },
  again: showAgain,
})
