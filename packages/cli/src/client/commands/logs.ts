import { type Api, withRetries } from '../api.ts'
import { ClientError } from '../errors.ts'
import { taskOf } from '../names.ts'
import { printJson } from '../print.ts'
import type { ExecutionDetails } from '../shapes.ts'

type Job = ExecutionDetails['jobs'][number]

/** Prints what a task's jobs wrote, or one job's, under a line for each log. */
export async function logs(api: Api, name: string, flags: { job?: string; json?: boolean }): Promise<void> {
  const id = await taskOf(api, name)
  const details = await api.get<ExecutionDetails>(`/tasks/${id}/execution_details`)
  const jobs = flags.job === undefined ? details.jobs : details.jobs.filter(job => job.name === flags.job)
  if (flags.job !== undefined && jobs.length === 0) {
    throw new ClientError(`The task has no job "${flags.job}". Its jobs: ${namesOf(details.jobs)}.`)
  }
  if (flags.json) return printJson(jobs)
  if (details.message) console.error(details.message)
  for (const job of jobs) await printLogs(api, job)
}

/** Most jobs that an error names; a scatter has thousands. */
const namesShown = 40

function namesOf(jobs: Job[]): string {
  const names = jobs.slice(0, namesShown).map(job => job.name)
  if (jobs.length > namesShown) names.push(`and ${jobs.length - namesShown} more`)
  return names.join(', ') || 'none yet'
}

async function printLogs(api: Api, job: Job): Promise<void> {
  console.log(`== ${job.name} (${job.status})`)
  if (job.command_line) console.log(`$ ${job.command_line}`)
  for (const [name, address] of Object.entries(job.logs ?? {})) {
    const text = await textOf(api, address)
    if (text !== '') console.log(`-- ${name}\n${text.trimEnd()}`)
  }
}

/** A log's address is that of a file's download information; only the file's id is taken from it. */
async function textOf(api: Api, address: string): Promise<string> {
  const file = /\/files\/([^/]+)\//.exec(address)?.[1]
  if (file === undefined) throw new ClientError(`${address} is no address of a log.`)
  const { url: target } = await api.get<{ url: string }>(`/files/${file}/download_info`)
  const { text, response } = await withRetries(
    async () => {
      const response = await fetch(target)
      return { response, text: await response.text() }
    },
    { method: 'GET', target },
  )
  if (!response.ok) throw new ClientError(`The log can't be read: its address answered HTTP ${response.status}.`)
  return text
}
