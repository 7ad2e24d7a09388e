import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'

/** The thread that looks at a process's resident memory until it is told to stop; answers with the most. */
let peak = 0
const look = () => {
  try {
    const status = readFileSync(`/proc/${workerData}/status`, 'utf8')
    peak = Math.max(peak, Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024)
  } catch {
    // it has died, which its test sees by other things
  }
}
look()
const timer = setInterval(look, 20)
parentPort!.once('message', () => {
  clearInterval(timer)
  look()
  parentPort!.postMessage(peak)
})
