import { startServer } from '../server.ts'
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

/** What the API costs, each case beside its bar. A server of its own for each, so that none has the rows of another. */
export async function api(options: ApiOptions): Promise<string[][]> {
  const lines: Line[] = []
  for (const measure of [
    calls,
    batch,
    (server: Parameters<typeof crowd>[0]) => crowd(server, options.seconds),
    (server: Parameters<typeof crowd>[0]) => transfers(server, options.size),
  ]) {
    const server = await startServer()
    try {
      lines.push(...(await measure(server)))
    } finally {
      await server.stop()
    }
  }
  lines.push(...(await lists(options.rows)))
  return rows(lines)
}
