import { Interrupted } from './errors.ts'

/**
 * Runs something that the first Ctrl-C ends in order: `run` gets a signal, and what it rejects with after that is an
 * Interrupted with the hint. A second Ctrl-C ends the program at once.
 */
export async function interruptible<T>(hint: string, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const interrupt = () => stop.abort(new Interrupted(hint))
  process.once('SIGINT', interrupt)
  try {
    return await run(stop.signal)
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error
  } finally {
    process.off('SIGINT', interrupt)
  }
}
