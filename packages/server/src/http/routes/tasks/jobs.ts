import { reruns } from '@reprise/contract'
import { listTaskJobs } from '../../../rerun/jobs.ts'
import { taskFor } from '../../../tasks/find.ts'
import { Page } from '../../answers.ts'
import { wants } from '../../fields.ts'
import { route } from '../../route.ts'

/** GET /tasks/{id}/jobs */
export const listJobs = route({
  call: 'tasks.jobs',
  answer: reruns.jobList,
  query: reruns.listJobs,
  handle: async ({ context, caller, path, query, fields, base }) => {
    const task = await taskFor(context.database.read, caller, 'tasks.jobs', path.task)
    // the tree is long, and only for who asks for it
    const isWanted = (key: string) => (key === 'tree' ? fields.keep.includes(key) : wants(fields, key))
    return new Page(await listTaskJobs(context, caller, task, query, base, isWanted), query)
  },
})
