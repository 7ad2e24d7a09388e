import { reruns } from '@reprise/contract'
import { determinismOf } from '../../../rerun/determinism.ts'
import { taskFor } from '../../../tasks/find.ts'
import { route } from '../../route.ts'

/** GET /tasks/{id}/determinism */
export const getDeterminism = route({
  call: 'tasks.determinism',
  answer: reruns.determinism,
  handle: async ({ context, caller, path, base }) => {
    const task = await taskFor(context.database.read, caller, 'tasks.determinism', path.task)
    const steps = await determinismOf(context.database.read, task)
    return { href: `${base}/tasks/${task.id}/determinism`, steps }
  },
})
