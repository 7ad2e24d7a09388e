import { cpuSeconds, median } from '../measure.ts'
import { type Answer, Connection } from './client.ts'

/** Whom the calls go to. */
export interface Target {
  url: string
  token: string
  pid: number
  /** one of the calls */
  call(connection: Connection): Promise<Answer>
}

export interface Figures {
  perSecond: number
  /** of the server, a call */
  cpuMicroseconds: number
  /** milliseconds of the calls, ascending */
  times: number[]
}

/** `calls` calls, `width` at a time, each connection one after the other. Throws when one is not answered well. */
export async function load(target: Target, calls: number, width: number): Promise<Figures> {
  const connections = Array.from({ length: width }, () => new Connection(target.url, target.token))
  const times: number[] = []
  let left = calls
  const before = cpuSeconds(target.pid)
  const start = performance.now()
  await Promise.all(
    connections.map(async connection => {
      while (left-- > 0) {
        const begun = performance.now()
        const { status, body } = await target.call(connection)
        if (status >= 300) throw new Error(`answered ${status}: ${body}`)
        times.push(performance.now() - begun)
      }
    }),
  )
  const seconds = (performance.now() - start) / 1000
  for (const connection of connections) connection.close()
  const cpuMicroseconds = ((cpuSeconds(target.pid) - before) / calls) * 1e6
  return { perSecond: calls / seconds, cpuMicroseconds, times: times.sort((a, b) => a - b) }
}

/**
 * Several targets in turns, round after round, so that what else the machine does meets all alike; of each the round with the
 * median rate. A first round warms up.
 */
export async function inTurns(targets: Target[], rounds: number, calls: number, width: number): Promise<Figures[]> {
  for (const target of targets) await load(target, calls, width)
  const found: Figures[][] = targets.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, target] of targets.entries()) found[index]!.push(await load(target, calls, width))
  }
  return found.map(figures => ({
    perSecond: median(figures.map(each => each.perSecond)),
    cpuMicroseconds: median(figures.map(each => each.cpuMicroseconds)),
    times: figures.flatMap(each => each.times).sort((a, b) => a - b),
  }))
}

/** The value below which a share of the ascending values lies. */
export function quantile(values: number[], share: number): number {
  return values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN
}
