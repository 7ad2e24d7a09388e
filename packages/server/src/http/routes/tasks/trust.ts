import { reruns } from '@reprise/contract'
import { setTrust } from '../../../rerun/distrust.ts'
import { route } from '../../route.ts'

/** POST /tasks/{id}/jobs/actions/trust */
export const trustJobs = route({
  call: 'tasks.trust',
  answer: reruns.distrusted,
  body: reruns.trust,
  repeats: true,
  handle: async ({ context, caller, path, body }) => setTrust(context, caller, path.task, 'trust', body),
})
