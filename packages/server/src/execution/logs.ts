import { type JobPlan, pathTest } from '@reprise/cwl'
import { type Left, LeftError, type ManifestEntry } from '@reprise/runner'
import type { Write } from '../database/index.ts'
import { insertFiles } from '../database/outputs.ts'
import type { FileRow } from '../database/schema.ts'
import { fileHolder } from '../domain/holders.ts'
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
  left: Left,
  manifest: ManifestEntry[],
): Promise<Logs> {
  const take = async (stream: 'stdout' | 'stderr'): Promise<Log | undefined> => {
    // a stream that the tool names a file of its own for is an output, not a log
    if (plan[stream] !== undefined) return undefined
    using file = left.log(stream)
    if (!file || file.stats.size === 0) return undefined
    const content = await contents.addFromJob(file)
    return { content, row: logRow(task, `${plan.path.replaceAll('/', '.')}.${stream}.log`, content) }
  }
  const inodes = new Inodes()
  const saved = filesFor(plan.saveLogs ?? [], manifest).map(async (path): Promise<Log> => {
    using file = await left.open(path)
    const content = await contents.addFromJob(file, inodes)
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
    await contents.hold(tx, known.has(id) ? id : log.content, fileHolder(log.row.id))
    known.add(id)
    await insertFiles(tx, [log.row])
  }
}

/** The last lines of a job's standard error. */
export async function tailOf(plan: JobPlan, left: Left): Promise<string> {
  const text = Buffer.from(await lastBytes(plan, left))
    .toString('utf8')
    .trimEnd()
  return text.length < TAIL ? text : text.slice(text.indexOf('\n') + 1)
}

async function lastBytes(plan: JobPlan, left: Left): Promise<Uint8Array> {
  if (plan.stderr === undefined) {
    using file = left.log('stderr')
    return file?.piece(TAIL, 'end').bytes ?? new Uint8Array()
  }
  try {
    return await left.read(plan.stderr, TAIL, 'end')
  } catch (error) {
    if (error instanceof LeftError) return new Uint8Array()
    throw error
  }
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
