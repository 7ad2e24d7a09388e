import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LIMITS } from '../limits.ts'
import { type Groups, groups } from './find.ts'

export interface GroupLimits {
  /** bytes, of all processes together, with what they keep in shared memory and in files of memory */
  memory?: number
  /** processes and threads */
  pids: number
  cores: number
}

/** The control group of one attempt: made before its processes start, removed when they are dead. */
export interface Group {
  /** files that a process writes 0 into to join */
  join: string[]
  /** files that say, in bytes, the most memory that was used, and how often memory ran out */
  peak?: string
  events?: string
}

/** What a group tells of the processes that were in it. */
export interface GroupUse {
  /** bytes */
  peak?: number
  /** a process was killed because memory ran out */
  outOfMemory?: boolean
}

/** Makes the group of an attempt, with its limits. @throws Error when the kernel refuses one */
export function makeGroup(attempt: string, limits: GroupLimits, found: Groups = groups()): Group {
  const folders = foldersOf(attempt, found)
  // a folder of attempts is used again: what is left of the group of the one before is this one's now
  if (removals.has(attempt)) {
    clearTimeout(removals.get(attempt))
    removals.delete(attempt)
    for (const folder of new Set(Object.values(folders))) isRemoved(folder)
  }
  for (const folder of new Set(Object.values(folders))) mkdirSync(folder, { recursive: true })
  const set = (folder: string | undefined, name: string, value: string | number) => {
    if (folder !== undefined && existsSync(join(folder, name))) writeFileSync(join(folder, name), String(value))
  }
  const { memory, pids, cpu } = folders
  if (limits.memory !== undefined) {
    const bytes = Math.floor(limits.memory)
    const [most, swap] =
      found.version === 2 ? ['memory.max', 'memory.swap.max'] : ['memory.limit_in_bytes', 'memory.memsw.limit_in_bytes']
    set(memory, most, bytes)
    set(memory, swap, found.version === 2 ? 0 : bytes)
    set(memory, 'memory.oom.group', 1)
  }
  set(pids, 'pids.max', limits.pids)
  const quota = Math.max(1000, Math.round(limits.cores * PERIOD))
  set(cpu, 'cpu.max', `${quota} ${PERIOD}`)
  set(cpu, 'cpu.cfs_quota_us', quota)
  return {
    join: [...new Set(Object.values(folders))].map(folder => join(folder, 'cgroup.procs')),
    ...(memory === undefined ? {} : filesOf(memory, found)),
  }
}

/** Microseconds, in which a job may use its cores for as long as it has them; what the kernel takes when not told. */
const PERIOD = 100_000

function filesOf(memory: string, { version }: Groups): Pick<Group, 'peak' | 'events'> {
  if (version === 1)
    return { peak: join(memory, 'memory.max_usage_in_bytes'), events: join(memory, 'memory.oom_control') }
  return { peak: join(memory, 'memory.peak'), events: join(memory, 'memory.events') }
}

/** What the group tells now. */
export function readGroup({ peak, events }: Group): GroupUse {
  const text = (path: string | undefined) => (path !== undefined && existsSync(path) ? readFileSync(path, 'utf8') : '')
  return useOf(text(peak).trim(), /^oom_kill (\d+)$/m.exec(text(events))?.[1])
}

/** @param kills how many processes were killed because memory ran out */
export function useOf(peak = '', kills = ''): GroupUse {
  return { ...(/^\d+$/.test(peak) ? { peak: Number(peak) } : {}), ...(Number(kills) > 0 ? { outOfMemory: true } : {}) }
}

/** Removes the group of an attempt, if it has one. To be called when its processes are dead: the kernel may need a moment more. */
export function removeGroup(attempt: string, found: Groups = groups(), tries = 20): void {
  const left = Object.values(foldersOf(attempt, found)).filter(folder => !isRemoved(folder))
  if (left.length === 0 || tries === 0) removals.delete(attempt)
  else removals.set(attempt, setTimeout(() => removeGroup(attempt, found, tries - 1), 50).unref())
}

/** Groups that are still to be removed, by their attempts. */
const removals = new Map<string, NodeJS.Timeout>()

/** Removes the groups of attempts whose server was killed. The kernel keeps those that have a process. */
export function sweepGroups({ folders }: Groups = groups(), age: number = LIMITS.groupMilliseconds): void {
  for (const folder of new Set(Object.values(folders))) {
    for (const name of readdirSync(folder).filter(each => /^reprise-[0-9a-f]{24}$/.test(each))) {
      const path = join(folder, name)
      if (Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= age) isRemoved(path)
    }
  }
}

function isRemoved(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}

function foldersOf(attempt: string, { folders }: Groups): Groups['folders'] {
  const name = `reprise-${createHash('sha256').update(attempt).digest('hex').slice(0, 24)}`
  return Object.fromEntries(Object.entries(folders).map(([controller, folder]) => [controller, join(folder, name)]))
}
