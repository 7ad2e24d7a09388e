/** The thread that checks apps: gets paths, answers each with its verdict. */
import { parentPort } from 'node:worker_threads'
import { createEvaluator } from '../src/index.ts'
import { checkApp } from './check-app.ts'

const port = parentPort
if (!port) throw new Error('this module runs in a worker thread')

const evaluator = createEvaluator()
port.on('message', async (path: string | undefined) => {
  if (path === undefined) {
    await evaluator.close()
    port.close()
  } else port.postMessage({ path, verdict: await checkApp(path, evaluator) })
})
