/** The thread: takes a pair, answers its verdict. What can't be read is an error; whatever else goes wrong is "different, and why". */

import { parentPort } from 'node:worker_threads'
import type { Answer, Request } from './compare-messages.ts'
import { comparePair } from './pair.ts'
import type { Side } from './verdict.ts'

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
