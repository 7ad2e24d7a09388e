import { readFileSync, readlinkSync } from 'node:fs'

/** One start of one machine: jobs of an earlier worker are adopted only where it is the same. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

/** This process, so that others of this boot can tell whether it still runs: those that are in the same container. */
export function processIdentity(): string {
  return `${readlinkSync('/proc/self/ns/pid')} ${process.pid} ${startOf(process.pid)}`
}

/** True when the process, of this boot, certainly runs no more. */
export function processHasEnded(name: string): boolean {
  const [container, pid, start] = name.split(' ')
  return container === readlinkSync('/proc/self/ns/pid') && startOf(Number(pid)) !== start
}

/** When a process began, in ticks since the boot; empty when there is none. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // the name in parentheses may hold anything
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '')
  } catch {
    return ''
  }
}
