import { reruns } from '@reprise/contract'
import { setTrust } from '../../../rerun/distrust.ts'
import { route } from '../../route.ts'

/** POST /tasks/{id}/jobs/actions/distrust */
export const distrustJobs = route({
  call: 'tasks.distrust',
  answer: reruns.distrusted,
  body: reruns.distrust,
  repeats: true,
  handle: async ({ context, caller, path, body }) => setTrust(context, caller, path.task, 'distrust', body),
})
