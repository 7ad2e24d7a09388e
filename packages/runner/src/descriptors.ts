import { closeSync, readdirSync, readFileSync } from 'node:fs'

/** Linux: the flag of a descriptor that no program which is started gets. */
const CLOSED_ON_EXEC = 0o2000000

/**
 * Closes what whoever started this process left open: descriptors that every program we start would get, jobs too. Node opens all
 * of its own so that they are not passed on, which is how the two are told apart.
 */
export function closeInherited(): void {
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
