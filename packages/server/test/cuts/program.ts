/**
 * Does what it is told by messages (server.ts), in a process of its own: serves, works beside others, stops, looks at what is left.
 * One that does not die serves one folder after the other: a start in a process that is warm takes a quarter of the time.
 */
import { appendFileSync } from 'node:fs'
import { type ServeOptions, startServer } from '../../src/serve.ts'
import { type SharedWorkerOptions, startSharedWorker } from '../../src/work.ts'
import { type Folder, look, sweepAlone } from './look.ts'

export type Order =
  | { do: 'serve'; options: ServeOptions }
  | { do: 'work'; options: Omit<SharedWorkerOptions, 'trouble'> }
  | { do: 'stop' }
  | { do: 'sweep'; options: Folder }
  | { do: 'look'; options: Folder }

export type Answer = { done: unknown } | { error: string }

let running: { close(): Promise<void> } | undefined

async function obey(order: Order): Promise<unknown> {
  if (order.do === 'look') return await look(order.options)
  if (order.do === 'stop') return await running?.close()
  if (order.do === 'work') {
    running = await startSharedWorker({ ...order.options, trouble: message => console.error(message) })
    return undefined
  }
  if (order.do === 'sweep') {
    ready()
    return await sweepAlone(order.options)
  }
  const server = await startServer(order.options)
  running = server
  ready()
  return server.url
}

/** What comes after this in the log of points is no part of a start. */
function ready(): void {
  const log = process.env.REPRISE_FAILPOINT_LOG
  if (log) appendFileSync(log, 'ready\n')
}

process.on('message', (order: Order) => {
  obey(order).then(
    done => process.send!({ done } satisfies Answer),
    error => process.send!({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
process.once('disconnect', () => process.exit())
