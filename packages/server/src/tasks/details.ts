import type { Queries } from '../database/index.ts'
import { type ListedJob, listJobs, listSavedLogs, measureCommands } from '../database/jobs.ts'
import type { TaskRow } from '../database/schema.ts'
import type { AnswerBudget } from '../pacing/answer-budget.ts'
import { isoTime } from '../time.ts'

/** Characters that are shown of any command line. */
const SHORTEST = 200
/** Bytes that a job takes beside its command line. */
const JOB = 500

/** `execution_details` of a task: its jobs with their logs. A draft, and a batch task, has none. */
export async function renderDetails(db: Queries, task: TaskRow, base: string, room: AnswerBudget) {
  const { count, bytes } = await measureCommands(db, task.id)
  // command lines are cut rather than left out: the list has no pages
  const longest = bytes > room.most ? Math.max(SHORTEST, Math.floor(room.most / count)) : bytes
  await room.reserve(Math.min(bytes, count * longest) + count * JOB)
  const [jobs, logs] = await Promise.all([listJobs(db, task.id, longest), savedLogsOf(db, task.id)])
  return {
    href: `${base}/tasks/${task.id}/execution_details`,
    status: task.status,
    message: task.message,
    ...(task.started === null ? {} : { start_time: isoTime(task.started) }),
    ...(task.ended === null ? {} : { end_time: isoTime(task.ended) }),
    jobs: jobs.map(job => renderJob(job, logs.get(job.path) ?? [], base)),
  }
}

export interface SavedLog {
  file: string
  /** the path of its job */
  job: string
  /** its own in the work folder */
  log: string
}

function savedLog({ id, metadata }: { id: string; metadata: string }): SavedLog {
  return { ...JSON.parse(metadata), file: id }
}

function renderJob(job: ListedJob, saved: SavedLog[], base: string) {
  return {
    name: job.path,
    status: job.status,
    ...(job.started === null ? {} : { start_time: isoTime(job.started) }),
    ...(job.ended === null ? {} : { end_time: isoTime(job.ended) }),
    command_line: job.command_line,
    retried: job.retried === 1,
    instance: { id: 'local', type: 'local', provider: 'LOCAL' },
    logs: logsOf(job, saved, base),
  }
}

/** The addresses of a job's logs, by name. */
export function logsOf(job: Pick<ListedJob, 'stdout' | 'stderr'>, saved: SavedLog[], base: string) {
  return {
    ...Object.fromEntries(saved.map(({ log, file }) => [log, logAddress(file, base)])),
    ...(job.stdout === null ? {} : { 'stdout.log': logAddress(job.stdout, base) }),
    ...(job.stderr === null ? {} : { 'stderr.log': logAddress(job.stderr, base) }),
  }
}

/** The logs that jobs of a task saved beside their streams, by the path of the job. */
export async function savedLogsOf(db: Queries, task: string): Promise<Map<string, SavedLog[]>> {
  return Map.groupBy((await listSavedLogs(db, task)).map(savedLog), log => log.job)
}

/** Clients take the file's id out of this address. */
function logAddress(file: string, base: string): string {
  return `${base}/files/${file}/download_info`
}
