import { reruns } from '@reprise/contract'
import { lineageOf } from '../../../rerun/lineage.ts'
import { taskFor } from '../../../tasks/find.ts'
import { route } from '../../route.ts'

/** GET /tasks/{id}/lineage */
export const getLineage = route({
  call: 'tasks.lineage',
  answer: reruns.lineage,
  handle: async ({ context, caller, path, base }) => {
    const task = await taskFor(context.database.read, caller, 'tasks.lineage', path.task)
    return { href: `${base}/tasks/${task.id}/lineage`, ...(await lineageOf(context, caller, task)) }
  },
})
