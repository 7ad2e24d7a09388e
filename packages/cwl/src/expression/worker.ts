/**
 * The thread that code runs in. Takes batches of evaluations, answers each as soon as it is known, in order. Large results
 * that nobody has read yet are bounded: it goes on when they are acknowledged, by their length.
 */

import { parentPort, workerData } from 'node:worker_threads'
import { LIMITS } from '../limits.ts'
import { type Evaluation, type Limits, Sandbox } from './sandbox.ts'

const port = parentPort
if (!port) throw new Error('this module runs in a worker thread')

const sandbox = await Sandbox.create(workerData as Limits)
const waiting: Evaluation[][] = []
let unread = 0
port.on('message', (message: Evaluation[] | number) => {
  if (typeof message === 'number') unread -= message
  else waiting.push(message)
  run()
})
port.postMessage('ready')

function run(): void {
  for (;;) {
    const [batch] = waiting
    if (!batch || unread > LIMITS.unreadResults) return
    const evaluation = batch.shift()
    if (batch.length === 0) waiting.shift()
    if (!evaluation) continue
    const outcome = sandbox.evaluate(evaluation)
    if ('value' in outcome && outcome.value.length > LIMITS.largeResult) unread += outcome.value.length
    port?.postMessage(outcome)
  }
}
