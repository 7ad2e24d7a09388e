import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { Connection, failureOf } from './connection.ts'
import { Counts } from './counts.ts'
import type { Answer, Control, Request } from './protocol.ts'

/**
 * A thread that reads the database file beside the writer; `workerData.patience` is how many milliseconds a statement may take
 * that looks at the time (in-time.ts). Every statement sees all that was committed before it started,
 * and so everything that was acknowledged before it was asked for.
 */
/** Of processes, -20 to 19. */
const LOW = 10

const main = parentPort
if (!main) throw new Error('a reader runs as a thread')

// on Linux this thread's alone: slow reads let all others go first
if (workerData.patience !== undefined) setPriority(LOW)

try {
  const connection = new Connection(workerData.path, true, { patience: workerData.patience })
  const counts = new Counts(connection)
  main.on('message', (control: Control) => {
    if (control.type === 'connect') {
      control.port.on('message', (requests: Request[]) => {
        const queries = requests.filter(request => request.type === 'query')
        control.port.postMessage(queries.map(request => answer(request, counts)))
      })
      return
    }
    connection.close()
    process.exit()
  })
  main.postMessage({ type: 'ready' })
} catch (error) {
  main.postMessage({ type: 'failed', message: failureOf(error).message })
}

function answer(request: Request & { type: 'query' }, counts: Counts): Answer {
  try {
    return { call: request.call, result: counts.run(request.statement) }
  } catch (error) {
    return { call: request.call, failure: failureOf(error) }
  }
}
