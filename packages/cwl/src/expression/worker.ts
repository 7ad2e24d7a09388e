/** The thread that code runs in. Takes batches of evaluations, answers each as soon as it is known, in order. */
import { parentPort, workerData } from 'node:worker_threads'
import { type Evaluation, type Limits, type Outcome, Sandbox } from './sandbox.ts'

const port = parentPort
if (!port) throw new Error('this module runs in a worker thread')

const sandbox = await Sandbox.create(workerData as Limits)
port.on('message', (batch: Evaluation[]) => {
  for (const evaluation of batch) port.postMessage(sandbox.evaluate(evaluation) satisfies Outcome)
})
port.postMessage('ready')
