import { readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import type { Isolation, JobSpecification } from './specification.ts'

/** Names in the folder of one attempt. */
export const names = {
  specification: 'job.json',
  command: 'command',
  work: 'work',
  inputs: 'inputs',
  tmp: 'tmp',
  stdout: 'stdout.log',
  stderr: 'stderr.log',
  lock: 'lock',
  pid: 'pid',
  exit: 'exit',
  abandoned: 'abandoned',
  /** another machine has given it up: who runs it is to end it */
  elsewhere: 'elsewhere',
  filter: 'filter.bpf',
  options: 'options',
  group: 'group',
  limits: 'limits',
  info: 'info',
  go: 'go',
  user: 'user',
  /** what starts a container, when it is too long for a word */
  start: 'start',
  container: 'container',
  trouble: 'trouble',
  /** entries at paths of a container's own: those that the job may write to, and those that it may not */
  extra: 'extra',
  fixed: 'fixed',
} as const

export type View = JobSpecification['view']

/**
 * The folders as the job sees them: the same for every job in the sandbox or a container, the real ones with isolation none.
 * @param work the work folder of a container, when its tool names one
 */
export function viewOf(attempt: string, isolation: Isolation, work = '/work'): View {
  if (isolation !== 'none') return { work, inputs: '/inputs', tmp: '/tmp' }
  return { work: join(attempt, names.work), inputs: join(attempt, names.inputs), tmp: join(attempt, names.tmp) }
}

/** Where a path that the job sees lies on this machine; throws when it is in none of the job's folders. */
export function realPath(attempt: string, view: View, path: string): string {
  const normal = posix.normalize(path)
  for (const part of ['work', 'inputs', 'tmp'] as const) {
    if (normal === view[part]) return join(attempt, names[part])
    if (normal.startsWith(`${view[part]}/`)) return join(attempt, names[part], normal.slice(view[part].length + 1))
  }
  throw new Error(`${path} lies outside of the job's folders`)
}

/** True when `path` is `folder` or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

/** What the attempt runs; undefined when it was not staged to its end, or a power cut left nothing of what it was. */
export async function readSpecification(attempt: string): Promise<JobSpecification | undefined> {
  try {
    return JSON.parse(await readFile(join(attempt, names.specification), 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
