import type { Api } from '../api.ts'
import { taskOf } from '../names.ts'
import { printJson } from '../print.ts'

interface Distrusted {
  jobs: number
  taken_by: { task: string; path: string }[]
  hidden: number
}

/** Marks results of jobs as bad, or takes the mark back, and tells who took them. */
export async function distrust(
  api: Api,
  name: string,
  path: string,
  { reason, undo, json }: { reason?: string; undo?: boolean; json?: boolean },
): Promise<void> {
  const id = await taskOf(api, name)
  const body = undo ? { path } : { path, reason }
  const found = await api.post<Distrusted>(`/tasks/${id}/jobs/actions/${undo ? 'trust' : 'distrust'}`, { body })
  if (json) return printJson(found)
  const jobs = `${found.jobs} ${found.jobs === 1 ? 'job' : 'jobs'}`
  console.log(undo ? `${jobs} may be reused again.` : `${jobs} will not be reused.`)
  if (found.taken_by.length + found.hidden === 0) return
  console.log('The result was taken by:')
  for (const { task, path: taker } of found.taken_by) console.log(`  ${task}  ${taker}`)
  if (found.hidden > 0) console.log(`  and ${found.hidden} that you may not see`)
}
