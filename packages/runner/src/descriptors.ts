import { closeSync, readdirSync, readFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

/** Linux: the flag of a descriptor that no program which is started gets. */
const CLOSED_ON_EXEC = 0o2000000

/**
 * Closes what whoever started this process left open: descriptors that every program we start would get, jobs too. Node opens all
 * of its own so that they are not passed on, which is how the two are told apart. To be called by the main thread before it starts
 * another: Node warns of a thread that closes what it has not opened.
 */
export function closeInherited(): void {
  if (!isMainThread) return
  for (const name of readdirSync('/proc/self/fd')) {
    const descriptor = Number(name)
    if (descriptor > 2 && isPassedOn(descriptor)) closeSync(descriptor)
  }
}

function isPassedOn(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1]
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSED_ON_EXEC) === 0
  } catch {
    return false
  }
}
