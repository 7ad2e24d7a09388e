import { type Server, startServer } from '../server.ts'
import { type Line, rows } from './bars.ts'
import { batch } from './batch.ts'
import { calls } from './calls.ts'
import { crowd } from './crowd.ts'
import { lists } from './lists.ts'
import { transfers } from './transfers.ts'

export interface ApiOptions {
  /** tasks and files that lists are made among */
  rows: number
  /** of the crowd */
  seconds: number
  /** bytes of a transfer */
  size: number
}

/** What the API costs, each case beside its bar; a server of its own for each, so that none has the rows of another. */
export function apiBenches(options: ApiOptions): { [name: string]: () => Promise<string[][]> } {
  const on = (measure: (server: Server) => Promise<Line[]>) => async () => {
    const server = await startServer()
    try {
      return rows(await measure(server))
    } finally {
      await server.stop()
    }
  }
  return {
    'api-calls': on(calls),
    'api-batch': on(batch),
    'api-crowd': on(server => crowd(server, options.seconds)),
    'api-transfers': on(server => transfers(server, options.size)),
    'api-lists': async () => rows(await lists(options.rows)),
  }
}
