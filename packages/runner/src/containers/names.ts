import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { names } from '../attempt.ts'
import type { Engine } from '../specification.ts'

/** The container of an attempt: found again by who knows only the attempt's folder. */
export function containerName(attempt: string): string {
  return `reprise-${createHash('sha256').update(attempt).digest('hex').slice(0, 24)}`
}

/** The command that kills a container at once and removes it. */
export function removal(engine: Engine, name: string): string[] {
  return [engine, 'rm', '-f', ...(engine === 'podman' ? ['-t', '0'] : []), name]
}

/** Ends the container of an attempt, if it has one; the file `container` says which engine runs it. */
export async function removeContainer(attempt: string): Promise<void> {
  const engine = await readFile(join(attempt, names.container), 'utf8').catch(() => '')
  if (engine !== 'docker' && engine !== 'podman') return
  const [program, ...words] = removal(engine, containerName(attempt))
  // it has ended by itself, or the engine is gone and it with it
  await promisify(execFile)(program!, words).catch(() => undefined)
}
