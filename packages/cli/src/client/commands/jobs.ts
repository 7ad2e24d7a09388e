import type { Api } from '../api.ts'
import { interruptible } from '../interrupt.ts'
import { type ListFlags, printList, printTable } from '../listing.ts'
import { taskOf } from '../names.ts'
import type { Task } from '../shapes.ts'
import type { Column } from '../table.ts'
import { waitForTask } from '../wait.ts'

interface Job {
  path: string
  status: string
  seconds?: number
  attempt?: number
  exit_code?: number
  message?: string
  reused?: { task: string; path: string } | { hidden: true }
  resources?: { cores: number; memory_mib: number; used?: { cpu_seconds?: number; max_memory_mib?: number } }
}

export interface JobsFlags extends ListFlags {
  status?: string
  path?: string
  reused?: boolean
  orderBy?: string
  follow?: boolean
}

const COLUMNS: Column<Job>[] = [
  { title: 'JOB', of: job => job.path, whole: true },
  { title: 'STATUS', of: job => job.status, whole: true },
  { title: 'SECONDS', of: job => job.seconds, right: true },
  { title: 'EXIT', of: job => job.exit_code, right: true },
  { title: 'CORES', of: job => job.resources?.cores, right: true },
  { title: 'MEMORY MIB', of: ({ resources }) => memoryOf(resources), right: true },
  { title: 'REUSED FROM', of: ({ reused }) => (reused ? ('hidden' in reused ? 'hidden' : reused.task) : '') },
  { title: 'MESSAGE', of: job => job.message?.split('\n')[0] },
]

function memoryOf(resources: Job['resources']): string {
  if (!resources) return ''
  const used = resources.used?.max_memory_mib
  return used === undefined ? String(resources.memory_mib) : `${used} of ${resources.memory_mib}`
}

const FIELDS = 'path,status,seconds,exit_code,message,resources,reused'
const NOUNS = ['job', 'jobs'] as const

/** The jobs of a task; for people those that failed come first. */
export async function jobs(api: Api, name: string, flags: JobsFlags): Promise<void> {
  const id = await taskOf(api, name)
  if (flags.follow) return await followJobs(api, id)
  const path = `/tasks/${id}/jobs`
  const query = {
    status: flags.status,
    path: flags.path,
    order_by: flags.orderBy,
    reused: flags.reused ? 'true' : undefined,
  }
  const shape = { columns: COLUMNS, fields: FIELDS, nouns: NOUNS }
  const asked = flags.json || flags.fields !== undefined || flags.status !== undefined || flags.orderBy !== undefined
  if (!asked) {
    const failed = await all(api, path, { ...query, status: 'FAILED' }, 50)
    if (failed.length > 0) {
      printTable(failed, COLUMNS, ['job that failed', 'jobs that failed'])
      console.log()
    }
  }
  await printList<Job>(api, path, query, flags, shape)
}

/** Prints each job as it ends, until the task does. */
async function followJobs(api: Api, id: string): Promise<void> {
  const printed = new Set<string>()
  const news = async () => {
    for (const status of ['DONE', 'FAILED', 'ABORTED', 'SKIPPED']) {
      for (const job of await all(api, `/tasks/${id}/jobs`, { status, order_by: 'start_time' })) {
        if (printed.has(job.path)) continue
        printed.add(job.path)
        console.log(
          [
            job.status.padEnd(8),
            job.path,
            job.seconds === undefined ? '' : `${job.seconds} s`,
            job.message?.split('\n')[0] ?? '',
          ]
            .join('  ')
            .trimEnd(),
        )
      }
    }
  }
  const hint = `The task goes on. Come back with: reprise jobs ${id} --follow`
  let last = Promise.resolve()
  const task: Task = await interruptible(hint, signal =>
    waitForTask(api, id, {
      signal,
      onChange: () => {
        last = last.then(news)
      },
    }),
  )
  await last
  await news()
  console.log(`Task ${task.status}`)
  if (task.status !== 'COMPLETED') process.exitCode = 1
}

async function all(
  api: Api,
  path: string,
  query: Record<string, string | undefined>,
  most = Number.POSITIVE_INFINITY,
): Promise<Job[]> {
  const found: Job[] = []
  for await (const { items } of api.pages<Job>(path, { ...query, limit: 100, fields: FIELDS })) {
    found.push(...items)
    if (found.length >= most) break
  }
  return found.slice(0, most)
}
