import { throughput } from './measure.ts'
import { type Server, startChild } from './server.ts'
import { echoTask } from './task.ts'

const CALLS = 2000
const WIDTH = 16

/** Clones of a task to drafts, 16 at a time, beside a bare route that makes one durable insert. */
export async function clone(server: Server): Promise<string[][]> {
  const task = await echoTask(server)
  const ours = async () => void (await server.call('POST', `/tasks/${task}/actions/clone`))
  await throughput(200, WIDTH, server.pid, ours)
  const measured = await throughput(CALLS, WIDTH, server.pid, ours)

  const floor = await startChild(['bin/node', 'bench/floor.ts'])
  const body = JSON.stringify({ name: 'x', inputs: { message: 'hello' } })
  const bare = async () => {
    const answer = await fetch(`${floor.url}/tasks`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    })
    await answer.text()
  }
  await throughput(200, WIDTH, floor.pid, bare)
  const least = await throughput(CALLS, WIDTH, floor.pid, bare)
  await floor.stop()

  const row = (name: string, figures: typeof measured) => [
    name,
    `${figures.perSecond.toFixed(0)}/s`,
    `${figures.cpuMicroseconds.toFixed(0)} µs CPU a call`,
  ]
  return [
    row('clone to draft', measured),
    row('floor: Fastify + one SQLite insert', least),
    [
      'ratio',
      (measured.perSecond / least.perSecond).toFixed(2),
      `${(measured.cpuMicroseconds / least.cpuMicroseconds).toFixed(1)} × CPU`,
    ],
  ]
}
