import { constants } from 'node:fs'
import * as fs from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { type JobPlan, pathTest } from '@reprise/cwl'
import { attemptNames, type ManifestEntry } from '@reprise/runner'
import type { Write } from '../database/index.ts'
import { insertFiles } from '../database/outputs.ts'
import type { FileRow } from '../database/schema.ts'
import { newFileId } from '../ids.ts'
import type { Contents, NewContent } from '../storage/contents.ts'
import { Inodes } from '../storage/inodes.ts'

/** A log as a file of the project that lies in no folder: it is found by its id alone, never by a list. */
export interface Log {
  row: FileRow
  content: NewContent
}

export interface Logs {
  stdout?: Log
  stderr?: Log
  /** files of the work folder that the tool wants kept */
  saved: Log[]
}

/** Bytes of standard error that a message shows. */
const TAIL = 2000

/** Metadata of a saved log: the job's path, and the file's in the work folder. */
export interface SavedAs {
  job: string
  log: string
}

/** Saved logs of one job. */
const MOST_SAVED = 100

/** Regular files that a pattern fits, by path or, for a pattern without a slash, by name. */
function filesFor(patterns: string[], manifest: ManifestEntry[]): string[] {
  const tests = patterns.map(pattern => pathTest(pattern))
  return manifest
    .filter(({ type, path }) => type === 'file' && tests.some(fits => fits(path)))
    .map(({ path }) => path)
    .slice(0, MOST_SAVED)
}

/** What the command of a finished attempt wrote to its streams, and what `sbg:SaveLogs` names; an empty log is none. */
export async function takeLogs(
  contents: Contents,
  task: { id: string; project: string },
  plan: JobPlan,
  attempt: string,
  manifest: ManifestEntry[],
): Promise<Logs> {
  const take = async (stream: 'stdout' | 'stderr'): Promise<Log | undefined> => {
    const path = logPath(plan, attempt, stream)
    if (!path) return undefined
    const stats = await fs.lstat(path).catch(() => undefined)
    if (!stats?.isFile() || stats.size === 0) return undefined
    const content = await contents.addFromJob(path)
    return { content, row: logRow(task, `${plan.path.replaceAll('/', '.')}.${stream}.log`, content) }
  }
  const inodes = new Inodes()
  const saved = filesFor(plan.saveLogs ?? [], manifest).map(async (path): Promise<Log> => {
    const content = await contents.addFromJob(join(attempt, attemptNames.work, path), inodes)
    const row = logRow(task, `${plan.path.replaceAll('/', '.')}.${path.replaceAll('/', '.')}`, content)
    return { content, row: { ...row, metadata: JSON.stringify({ job: plan.path, log: path } satisfies SavedAs) } }
  })
  const [stdout, stderr, others] = await Promise.all([take('stdout'), take('stderr'), Promise.all(saved)])
  return { ...(stdout ? { stdout } : {}), ...(stderr ? { stderr } : {}), saved: others }
}

export async function writeLogs(tx: Write, contents: Contents, logs: Logs): Promise<void> {
  const known = new Set<string>()
  for (const log of [logs.stdout, logs.stderr, ...logs.saved]) {
    if (!log) continue
    const { id } = log.content
    await contents.hold(tx, known.has(id) ? id : log.content, `file:${log.row.id}`)
    known.add(id)
    await insertFiles(tx, [log.row])
  }
}

/** The last lines of a job's standard error. */
export async function tailOf(plan: JobPlan, attempt: string): Promise<string> {
  const path = logPath(plan, attempt, 'stderr') ?? join(attempt, attemptNames.work, plan.stderr ?? '')
  if (!(await isReached(attempt, dirname(path)))) return ''
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await fs.open(path, flags).catch(() => undefined)
  if (!file) return ''
  try {
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL), 0, TAIL, Math.max(0, size - TAIL))
    const text = buffer.subarray(0, bytesRead).toString('utf8').trimEnd()
    return size > TAIL ? text.slice(text.indexOf('\n') + 1) : text
  } finally {
    await file.close()
  }
}

/** True when no link lies on the way from the attempt's folder to one below it: the job may have put links in its place. */
async function isReached(attempt: string, folder: string): Promise<boolean> {
  const [from, to] = await Promise.all([attempt, folder].map(path => fs.realpath(path).catch(() => undefined)))
  return from !== undefined && to === join(from, relative(attempt, folder))
}

/** Undefined when the tool names a file of its own for the stream: it is an output, not a log. */
function logPath(plan: JobPlan, attempt: string, stream: 'stdout' | 'stderr'): string | undefined {
  return plan[stream] === undefined ? join(attempt, attemptNames[stream]) : undefined
}

function logRow(task: { id: string; project: string }, name: string, content: NewContent): FileRow {
  const now = Date.now()
  return {
    id: newFileId(),
    project: task.project,
    parent: null,
    type: 'file',
    name: name.slice(-255),
    content: content.id,
    size: content.size,
    origin_task: task.id,
    tags: '[]',
    metadata: '{}',
    created: now,
    modified: now,
  }
}
