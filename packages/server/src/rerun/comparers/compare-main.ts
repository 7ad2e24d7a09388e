/** The thread: takes a pair, answers its verdict. What can't be read is an error; whatever else goes wrong is "different, and why". */
import { parentPort } from 'node:worker_threads'
import type { Side, Verdict } from './compare-bytes.ts'
import { comparePair } from './pair.ts'

export interface Request {
  old: Side
  now: Side
}

/** The first message says that it can begin. */
export type Answer = 'ready' | { verdict: Verdict } | { error: string; more: { code?: string } }

parentPort?.on('message', async ({ old, now }: Request) => {
  parentPort?.postMessage(await answer(old, now))
})
parentPort?.postMessage('ready' satisfies Answer)

async function answer(old: Side, now: Side): Promise<Exclude<Answer, 'ready'>> {
  try {
    return { verdict: await comparePair(old, now) }
  } catch (error) {
    const { message, code, syscall } = error as NodeJS.ErrnoException
    if (syscall !== undefined || code === 'CHANGED') return { error: message, more: { code } }
    return { verdict: { verdict: 'different', why: `the comparison failed: ${message}` } }
  }
}
