import { tasks } from '@reprise/contract'
import { listTasks as list } from '../../../tasks/list.ts'
import { TASK_SUMMARY } from '../../../tasks/render.ts'
import { Page } from '../../answers.ts'
import { wants } from '../../fields.ts'
import { route } from '../../route.ts'

/** GET /tasks */
export const listTasks = route({
  call: 'tasks.list',
  answer: tasks.taskList,
  query: tasks.listTasks,
  handle: async ({ context, caller, query, fields, base, room }) => {
    const shown = (key: string) => wants(fields, key, TASK_SUMMARY)
    return new Page(await list(context, caller, query, base, shown, room), query, TASK_SUMMARY)
  },
})
