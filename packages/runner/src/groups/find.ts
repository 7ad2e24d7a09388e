/**
 * Where control groups for jobs can be made. Version 2 where the machine has it: for root in a group of ours at the top, which
 * outlives the service as its jobs do; for others in the service's own group, when systemd delegated it (`Delegate=yes`).
 * Version 1 on machines that still have it: below our own group of each controller, for root. What can't be had is not limited
 * that way, and the start says so.
 */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const CONTROLLERS = ['memory', 'pids', 'cpu'] as const
export type Controller = (typeof CONTROLLERS)[number]

export interface Groups {
  version: 1 | 2
  /** by controller, the folder in which a job's group is made */
  folders: { [controller in Controller]?: string }
}

/** Where the kernel shows groups, and who we are; others in tests. */
export interface Machine {
  /** where the hierarchies are mounted */
  mount: string
  /** as /proc/self/cgroup has it */
  own: string
  pid: number
  isRoot: boolean
}

export function thisMachine(): Machine {
  const own = existsSync('/proc/self/cgroup') ? readFileSync('/proc/self/cgroup', 'utf8') : ''
  return { mount: '/sys/fs/cgroup', own, pid: process.pid, isRoot: process.getuid?.() === 0 }
}

let known: Groups | undefined

/** Of this machine; looked up once. */
export function groups(): Groups {
  known ??= findGroups(thisMachine())
  return known
}

const WORDS: { [controller in Controller]: string } = { memory: 'memory', pids: 'processes', cpu: 'cores' }

/** What control groups do not limit on this machine, in words. */
export function limitedBy(): { missing: string[] } {
  const { folders } = groups()
  return { missing: CONTROLLERS.filter(name => !folders[name]).map(name => WORDS[name]) }
}

export function findGroups(machine: Machine): Groups {
  const isSecond = existsSync(join(machine.mount, 'cgroup.controllers'))
  return isSecond ? { version: 2, folders: second(machine) } : { version: 1, folders: first(machine) }
}

function second(machine: Machine): Groups['folders'] {
  for (const way of machine.isRoot ? [atTheTop, inOurService] : [inOurService]) {
    try {
      const folder = way(machine)
      const enabled = folder === undefined ? [] : enable(folder)
      const folders = CONTROLLERS.filter(name => enabled.includes(name)).map(name => [name, folder])
      if (folders.length > 0) return Object.fromEntries(folders)
    } catch {
      // the kernel says no: another way, or none
    }
  }
  return {}
}

function atTheTop({ mount }: Machine): string {
  const folder = join(mount, 'reprise')
  mkdirSync(folder, { recursive: true })
  enable(mount)
  return folder
}

const LEAF = 'reprise-server'

/** A group with processes can't have limited children, so ours go into a leaf of it; systemd may have put them there. */
function inOurService({ mount, own, pid }: Machine): string | undefined {
  const mine = join(mount, /^0::(\/.*)$/m.exec(own)?.[1] ?? '/')
  if (mine.endsWith(`/${LEAF}`)) return dirname(mine)
  if (!canMove(mine, pid)) return undefined
  const leaf = join(mine, LEAF)
  mkdirSync(leaf, { recursive: true })
  writeFileSync(join(leaf, 'cgroup.procs'), String(pid))
  return mine
}

/** True for a group that may be written to and has no processes but ours. */
function canMove(group: string, pid: number): boolean {
  try {
    accessSync(join(group, 'cgroup.procs'), constants.W_OK)
    accessSync(join(group, 'cgroup.subtree_control'), constants.W_OK)
    const inside = readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)
    return inside.every(process => Number(process) === pid)
  } catch {
    return false
  }
}

/** Gives the children of a group the controllers that it has; the names of those that they have then. */
function enable(group: string): string[] {
  const control = join(group, 'cgroup.subtree_control')
  const had = readFileSync(join(group, 'cgroup.controllers'), 'utf8').split(/\s+/)
  for (const name of CONTROLLERS) if (had.includes(name)) writeFileSync(control, `+${name}`)
  return had
}

function first({ mount, own, isRoot }: Machine): Groups['folders'] {
  if (!isRoot) return {}
  const folders: Groups['folders'] = {}
  for (const name of CONTROLLERS) {
    const path =
      own
        .split('\n')
        .find(line => line.split(':')[1]?.split(',').includes(name))
        ?.split(':')[2] ?? '/'
    const folder = [join(mount, name, path), join(mount, name)].find(each => existsSync(join(each, 'cgroup.procs')))
    if (folder !== undefined && isWritable(folder)) folders[name] = folder
  }
  return folders
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
