import { bulk } from '@reprise/contract'
import { getTasks } from '../../../tasks/bulk.ts'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** POST /bulk/tasks/get. */
export const getTasksInBulk = route({
  call: 'bulk.tasks.get',
  body: bulk.taskIds,
  answer: bulk.taskRecords,
  handle: async ({ context, caller, body, base, room }) =>
    new WholeBody(await getTasks(context, caller, body.task_ids, base, room)),
  repeats: true,
})
