/**
 * Attempts that live no longer than who waits for them, as a command line has them: without lock, record and sync, which
 * cost several processes for each job. Staged as any other.
 */
import { runAttached } from './spawner.ts'
import type { ExitRecord, JobSpecification } from './specification.ts'
import { abandonAndKill, isTimeout, LostAttempt } from './start.ts'

export interface Attached {
  /** rejects with LostAttempt when it was killed before it could end, or nothing is known of its end */
  ended: Promise<Omit<ExitRecord, 'cpu'>>
  /** kills all its processes; resolves when they are dead */
  kill(): Promise<void>
}

/** Starts a staged attempt. */
export function startAttached(attempt: string, specification: JobSpecification): Attached {
  let isKilled = false
  const running = runAttached(attempt)
  const started = Date.now()
  const ended = running.then(exitCode => {
    if (exitCode === undefined || isKilled) throw new LostAttempt(attempt)
    const now = Date.now()
    return { exitCode, timedOut: isTimeout(exitCode, now - started, specification.timeLimit), started, ended: now }
  })
  ended.catch(() => undefined)
  const kill = async () => {
    isKilled = true
    await abandonAndKill(attempt)
    await running
  }
  return { ended, kill }
}
