import type { Json } from '../support/api.ts'
import type { CarefulClient } from './client.ts'

interface Job {
  path: string
  status: string
  reused?: { task: string; path: string }
  outputs_digest?: string
}

/**
 * What is wrong with the results that tasks took of each other, whose jobs each make another thing: who took has the same as the one that
 * ran, who ran has something of its own, and a result serves one job of a task.
 */
export async function wrongReuse(client: CarefulClient, tasks: Json[]): Promise<string[]> {
  const wrong: string[] = []
  const made = new Map<string, Job>()
  const texts = new Map<string, string>()
  for (const { id, href, outputs } of tasks) {
    const fields = 'path,status,reused,outputs_digest'
    const { items } = await client.get(`${href}/jobs?limit=100&fields=${fields}`)
    for (const job of items as unknown as Job[]) made.set(`${id}/${job.path}`, job)
    const { path } = (outputs as { out: { path: string } }).out
    const { url } = await client.get(`/files/${path}/download_info`)
    texts.set(id, await client.text(url))
  }
  const ran = new Set<string | undefined>()
  for (const [name, job] of made) {
    if (job.status !== 'DONE') wrong.push(`${name} is ${job.status}`)
    if (!job.outputs_digest) continue
    const donor = job.reused && made.get(`${job.reused.task}/${job.reused.path}`)
    if (donor && donor.outputs_digest !== job.outputs_digest)
      wrong.push(`${name} took what ${job.reused!.task} made, and has something else`)
    if (donor?.reused) wrong.push(`${name} took what ${job.reused!.task} had taken`)
    if (job.reused) continue
    if (ran.has(job.outputs_digest)) wrong.push(`${name} ran, and has what another one made`)
    ran.add(job.outputs_digest)
  }
  // by their bytes too, of the last job
  for (const { id } of tasks) {
    const taken = [...made].filter(([name, job]) => name.startsWith(`${id}/`) && job.reused)
    for (const [name, { reused }] of taken) {
      const isLast = name.endsWith('/more')
      if (isLast && texts.has(reused!.task) && texts.get(reused!.task) !== texts.get(id))
        wrong.push(`${name} took what ${reused!.task} made, and its file holds something else`)
    }
  }
  return wrong
}
