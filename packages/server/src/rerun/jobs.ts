import type { reruns } from '@reprise/contract'
import { type Process, stepOf, toolAt } from '@reprise/cwl'
import type { Caller, Context } from '../context.ts'
import type { Queries } from '../database/index.ts'
import { type JobFilter, pageJobs } from '../database/job-pages.ts'
import { readableTasks } from '../database/lineage.ts'
import type { JobRow, TaskRow } from '../database/schema.ts'
import { loadValues } from '../database/values.ts'
import { type Digests, digestsOf } from '../digests/digests.ts'
import type { Circumstances } from '../records/circumstances.ts'
import { loadRecord } from '../records/load-record.ts'
import { logsOf, type SavedLog, savedLogsOf } from '../tasks/details.ts'
import { isoTime } from '../time.ts'

type Wants = (key: string) => boolean

const STATUS = {
  QUEUED: 'WAITING',
  RUNNING: 'RUNNING',
  DONE: 'DONE',
  FAILED: 'FAILED',
  ABORTED: 'ABORTED',
  SKIPPED: 'SKIPPED',
} as const

/** A page of a task's jobs: what ran, where, with what, and what it is by content. A draft, and a batch task, has none. */
export async function listTaskJobs(
  { database: { read }, models }: Context,
  caller: Caller,
  task: TaskRow,
  query: ReturnType<typeof reruns.listJobs.parse>,
  base: string,
  wants: Wants,
) {
  const { total, rows } = await pageJobs(read, task.id, filterOf(query))
  const [process, logs, circumstances, digests] = await Promise.all([
    wants('tool') && task.record !== null ? processOf(read, models, task.record) : undefined,
    wants('logs') ? savedLogsOf(read, task.id) : new Map<string, SavedLog[]>(),
    loadValues(
      read,
      rows.flatMap(row => row.circumstances ?? []),
    ),
    wants('inputs_digest') || wants('outputs_digest') ? digestsOf(read, rows) : [],
  ])
  const readable = wants('reused')
    ? await readableTasks(
        read,
        caller.username,
        rows.flatMap(row => row.reused_task ?? []),
      )
    : new Set()
  const trees = wants('tree')
    ? await loadValues(
        read,
        rows.flatMap(row => row.key ?? []),
      )
    : new Map()
  const items = rows.map((row, index) => ({
    ...render(row, digests[index]),
    ...toolOf(process, row.path),
    ...reusedOf(row, readable),
    ...(row.key !== null && trees.has(row.key) ? { tree: shownTree(trees.get(row.key)) } : {}),
    ...(row.circumstances ? { circumstances: circumstances.get(row.circumstances) as Circumstances } : {}),
    logs: logsOf(row, logs.get(row.path) ?? [], base),
  }))
  return { total, items }
}

function filterOf(query: ReturnType<typeof reruns.listJobs.parse>): JobFilter {
  const { path, status, reused, order_by = 'path', order = 'asc', limit, offset } = query
  const wanted = Object.entries(STATUS).find(([, shown]) => shown === status)?.[0] as JobRow['status'] | undefined
  return {
    limit,
    offset,
    order: order_by,
    descending: order === 'desc',
    ...(wanted ? { status: wanted } : {}),
    ...(reused === undefined ? {} : { reused }),
    ...(path === undefined ? {} : { path: path.endsWith('*') ? { begins: path.slice(0, -1) } : { is: path } }),
  }
}

function render(row: JobRow, digests: Digests | undefined) {
  const { path, started, ended, cpu, memory } = row
  const used = {
    ...(cpu === null ? {} : { cpu_seconds: cpu }),
    ...(memory === null ? {} : { max_memory_mib: Math.ceil(memory / 2 ** 20) }),
  }
  return {
    path,
    step: stepOf(path),
    status: STATUS[row.status],
    ...(started === null ? {} : { start_time: isoTime(started) }),
    ...(ended === null ? {} : { end_time: isoTime(ended) }),
    ...(started === null || ended === null ? {} : { seconds: (ended - started) / 1000 }),
    ...(row.attempt === 0 ? {} : { attempt: row.attempt }),
    ...(row.exit_code === null ? {} : { exit_code: row.exit_code }),
    ...(row.message === '' ? {} : { message: row.message }),
    ...(row.command_line === '' ? {} : { command_line: row.command_line }),
    ...(row.cores === 0
      ? {}
      : {
          resources: {
            cores: row.cores,
            memory_mib: row.ram,
            ...(Object.keys(used).length > 0 ? { used } : {}),
          },
        }),
    ...(row.key === null ? {} : { key: `sha256:${row.key}` }),
    ...(row.no_key === null ? {} : { no_key: row.no_key }),
    ...(row.distrusted === null ? {} : { distrusted: JSON.parse(row.distrusted) }),
    ...(digests?.inputs_digest ? { inputs_digest: digests.inputs_digest } : {}),
    ...(digests?.outputs_digest ? { outputs_digest: digests.outputs_digest } : {}),
  }
}

function reusedOf({ reused_task, reused_path }: JobRow, readable: Set<unknown>) {
  if (reused_task === null) return {}
  return {
    reused: readable.has(reused_task) ? { task: reused_task, path: reused_path ?? '' } : { hidden: true as const },
  }
}

function shownTree(tree: unknown): { [part: string]: string } {
  return Object.fromEntries(Object.entries(tree as object).map(([part, hash]) => [part, `sha256:${hash}`]))
}

function toolOf(process: Process | undefined, path: string): { tool?: string } {
  const tool = process && toolAt(process, stepOf(path))
  return tool?.id ? { tool: tool.id } : {}
}

async function processOf(db: Queries, models: Context['models'], record: string): Promise<Process> {
  return (await loadRecord(models, db, record)).process
}
