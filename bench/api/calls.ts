import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Server, startChild } from '../server.ts'
import { echoTask } from '../task.ts'
import { type Line, percent } from './bars.ts'
import { type Figures, inTurns, type Target } from './load.ts'

const ROUNDS = 5
const CALLS = 2000
const WIDTH = 16

/** Clone and get of a task, beside bare routes that do the same to a copy of the same database. */
export async function calls(server: Server): Promise<Line[]> {
  const task = await echoTask(server)
  const copy = join(server.data, 'floor.sqlite')
  const database = new DatabaseSync(join(server.data, 'reprise.sqlite'), { readOnly: true })
  database.prepare('VACUUM INTO ?').run(copy)
  database.close()
  const floor = await startChild(['bin/node', 'bench/api/floor.ts', copy])
  const targets = (call: Target['call']): Target[] => [
    { url: server.url, pid: server.pid, token: server.token, call },
    { url: floor.url, pid: floor.pid, token: server.token, call },
  ]
  try {
    const clone = await inTurns(
      targets(connection => connection.call('POST', `/v2/tasks/${task}/actions/clone`)),
      ROUNDS,
      CALLS,
      WIDTH,
    )
    const get = await inTurns(
      targets(connection => connection.call('GET', `/v2/tasks/${task}`)),
      ROUNDS,
      CALLS * 2,
      WIDTH,
    )
    return [line('clone to draft, 16 at a time', clone, 0.6), line('get of a task, 16 at a time', get, 0.7)]
  } finally {
    await floor.stop()
  }
}

function line(what: string, [ours, floor]: Figures[], least: number): Line {
  const ratio = ours!.perSecond / floor!.perSecond
  const told = ({ perSecond, cpuMicroseconds }: Figures) =>
    `${perSecond.toFixed(0)}/s, ${cpuMicroseconds.toFixed(0)} µs CPU`
  return {
    what,
    figure: percent(ratio),
    bar: `${percent(least)} of its floor`,
    met: ratio >= least,
    note: `${told(ours!)}; floor ${told(floor!)}`,
  }
}
