import { tasks } from '@reprise/contract'
import { inputsSizeOf } from '../../../database/tasks.ts'
import { editInputs } from '../../../tasks/edit.ts'
import { taskFor } from '../../../tasks/find.ts'
import { allInputs } from '../../../tasks/inputs.ts'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /tasks/{id}/inputs: the map itself */
export const getTaskInputs = route({
  call: 'tasks.getInputs',
  answer: tasks.values,
  handle: async ({ context, caller, path, room }) =>
    new WholeBody(
      await allInputs(
        context,
        caller,
        await taskFor(context.database.read, caller, 'tasks.getInputs', path.task),
        room,
      ),
    ),
})

/** PATCH /tasks/{id}/inputs: the map itself, merged; `null` clears */
export const editTaskInputs = route({
  call: 'tasks.editInputs',
  answer: tasks.values,
  body: tasks.inputs,
  handle: async ({ context, caller, path, body, room }) => {
    await room.reserve(await inputsSizeOf(context.database.read, path.task))
    return new WholeBody(await allInputs(context, caller, await editInputs(context, caller, path.task, body), room))
  },
})
