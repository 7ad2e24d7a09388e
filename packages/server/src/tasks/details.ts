import type { Queries } from '../database/index.ts'
import { listJobs, listSavedLogs } from '../database/jobs.ts'
import type { JobRow, TaskRow } from '../database/schema.ts'
import { isoTime } from '../time.ts'

/** `execution_details` of a task: its jobs with their logs. A draft, and a batch task, has none. */
export async function renderDetails(db: Queries, task: TaskRow, base: string) {
  const [jobs, saved] = await Promise.all([listJobs(db, task.id), listSavedLogs(db, task.id)])
  const logs = Map.groupBy(saved.map(savedLog), log => log.job)
  return {
    href: `${base}/tasks/${task.id}/execution_details`,
    status: task.status,
    message: task.message,
    ...(task.started === null ? {} : { start_time: isoTime(task.started) }),
    ...(task.ended === null ? {} : { end_time: isoTime(task.ended) }),
    jobs: jobs.map(job => renderJob(job, logs.get(job.path) ?? [], base)),
  }
}

interface SavedLog {
  file: string
  /** the path of its job */
  job: string
  /** its own in the work folder */
  log: string
}

function savedLog({ id, metadata }: { id: string; metadata: string }): SavedLog {
  return { ...JSON.parse(metadata), file: id }
}

function renderJob(job: JobRow, saved: SavedLog[], base: string) {
  return {
    name: job.path,
    status: job.status,
    ...(job.started === null ? {} : { start_time: isoTime(job.started) }),
    ...(job.ended === null ? {} : { end_time: isoTime(job.ended) }),
    command_line: job.command_line,
    retried: job.retried === 1,
    instance: { id: 'local', type: 'local', provider: 'LOCAL' },
    logs: {
      ...Object.fromEntries(saved.map(({ log, file }) => [log, logAddress(file, base)])),
      ...(job.stdout === null ? {} : { 'stdout.log': logAddress(job.stdout, base) }),
      ...(job.stderr === null ? {} : { 'stderr.log': logAddress(job.stderr, base) }),
    },
  }
}

/** Clients take the file's id out of this address. */
function logAddress(file: string, base: string): string {
  return `${base}/files/${file}/download_info`
}
