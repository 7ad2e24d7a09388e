/**
 * What a command costs with every process that it starts, those that outlive it for a moment and those that nobody waits for
 * among them. Only a control group of its own counts all of these, and only root may make one; elsewhere CPU is not given.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'

export interface Cost {
  /** seconds */
  wall: number
  /** CPU seconds of all processes; undefined where there is no control group */
  cpu: number | undefined
  /** MiB, the most that the command's own process held */
  memory: number
  exitCode: number | null
}

const OWN = `reprise-bench-${process.pid}`

/** Milliseconds between two looks at memory. */
const LOOK = 50

export async function costOf(words: string[], environment = process.env): Promise<Cost> {
  const group = controlGroup()
  const line = group ? `echo $$ >${join(group, 'cgroup.procs')}; exec "$@"` : 'exec "$@"'
  const begun = performance.now()
  const child = spawn('/bin/sh', ['-c', line, 'sh', ...words], { stdio: 'ignore', env: environment })
  let memory = 0
  const look = setInterval(() => {
    memory = Math.max(memory, peakOf(child.pid!))
  }, LOOK)
  const [exitCode] = await once(child, 'exit')
  const wall = (performance.now() - begun) / 1000
  clearInterval(look)
  return { wall, cpu: group === undefined ? undefined : await spent(group), memory, exitCode }
}

function controlGroup(): string | undefined {
  const root = ['/sys/fs/cgroup/cpuacct', '/sys/fs/cgroup'].find(folder => existsSync(join(folder, 'cgroup.procs')))
  if (!root || process.getuid?.() !== 0) return undefined
  const group = join(root, OWN)
  mkdirSync(group, { recursive: true })
  return group
}

/** CPU seconds of a group, when its last process is gone. */
async function spent(group: string): Promise<number> {
  while (readFileSync(join(group, 'cgroup.procs'), 'utf8') !== '') await new Promise(setImmediate)
  const older = join(group, 'cpuacct.usage')
  const seconds = existsSync(older)
    ? Number(readFileSync(older, 'utf8')) / 1e9
    : Number(/^usage_usec (\d+)/m.exec(readFileSync(join(group, 'cpu.stat'), 'utf8'))?.[1]) / 1e6
  rmdirSync(group)
  return seconds
}

function peakOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}
