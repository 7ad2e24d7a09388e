import { dirname } from 'node:path'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { dropBallast } from './ballast.ts'
import { Connection, failureOf } from './connection.ts'
import { Group } from './group.ts'
import { Outbox } from './outbox.ts'
import type { Answer, Control, Request, ThreadEvent } from './protocol.ts'

/** The thread that owns the database file for writing. `workerData.path` is the file. */
const main = parentPort
if (!main) throw new Error('the writer runs as a thread')

try {
  const full = () => {
    if (dropBallast(dirname(workerData.path))) main.postMessage({ type: 'full' } satisfies ThreadEvent)
  }
  const connection = new Connection(workerData.path, false, { full })
  const group = new Group(connection, workerData.holdLimit)
  main.on('message', (control: Control) => {
    if (control.type === 'connect') {
      serve(control.port, group)
      return
    }
    connection.close()
    process.exit()
  })
  main.postMessage({ type: 'ready' })
} catch (error) {
  main.postMessage({ type: 'failed', message: failureOf(error).message })
}

function serve(port: MessagePort, group: Group): void {
  const transactions = new Map<number, ReturnType<Group['begin']>>()
  const outbox = new Outbox<Answer>(port, { soon: true })
  const answer = (one: Answer) => outbox.post(one)
  const step = (request: Exclude<Request, { type: 'begin' | 'all' }>) => {
    const transaction = transactions.get(request.transaction)
    if (!transaction) {
      if (request.type !== 'rollback') answer({ call: request.call, failure: { message: 'the transaction has ended' } })
      return
    }
    if (request.type !== 'query') transactions.delete(request.transaction)
    group.step(transaction, request)
  }
  port.on('message', (requests: Request[]) => {
    // all begin before any goes on: one that ended with none waiting behind it would be committed by itself
    const whole = new Map<Request, ReturnType<Group['begin']>>()
    for (const request of requests) {
      if (request.type === 'all') whole.set(request, group.begin(answer))
      if (request.type === 'begin') transactions.set(request.transaction, group.begin(answer))
    }
    for (const request of requests) {
      if (request.type === 'all') group.step(whole.get(request)!, request)
      else if (request.type !== 'begin') step(request)
    }
  })
  port.on('close', () => {
    for (const transaction of transactions.values()) group.abandon(transaction)
  })
}
