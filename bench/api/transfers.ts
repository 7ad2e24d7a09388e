import { residentMiB } from '../measure.ts'
import type { Server } from '../server.ts'
import { transfer } from '../transfer.ts'
import { type Line, percent } from './bars.ts'

/** At one time, and the most that the server may have in memory then, in MiB. */
const WIDTHS = [
  { width: 16, most: 280 },
  { width: 200, most: 400 },
]
/** MiB that the server may have in memory before anything is sent. */
const IDLE = 180
const MIB = 2 ** 20
/** Milliseconds between looks at the server's memory. */
const LOOK = 50

/** One file up and down beside `cp` and `cat`; then many at a time, which share so many bytes, for the memory that takes. */
export async function transfers(server: Server, size: number): Promise<Line[]> {
  const idle = residentMiB(server.pid)
  const { up, down, copied, cat } = await transfer(server, size)
  const memory: Line[] = [memoryLine('memory when idle', idle, IDLE)]
  for (const { width, most } of WIDTHS) {
    let seen = 0
    const looking = setInterval(() => {
      seen = Math.max(seen, residentMiB(server.pid))
    }, LOOK)
    const each = Math.max(MIB, Math.floor(size / width / MIB) * MIB)
    await Promise.all(Array.from({ length: width }, () => transfer(server, each)))
    clearInterval(looking)
    memory.push(memoryLine(`memory with ${width} transfers at a time`, seen, most))
  }
  const line = (name: string, ours: number, floor: number, least: number): Line => ({
    what: `${name} of ${size / MIB} MiB`,
    figure: percent(ours / floor),
    bar: `${percent(least)} of its floor`,
    met: ours / floor >= least,
    note: `${ours.toFixed(0)} MiB/s; floor ${floor.toFixed(0)} MiB/s`,
  })
  return [line('upload', up.rate, copied.rate, 0.75), line('download', down.rate, cat.rate, 0.85), ...memory]
}

function memoryLine(what: string, seen: number, most: number): Line {
  return {
    what,
    figure: `${seen.toFixed(0)} MiB`,
    bar: `under ${most} MiB`,
    met: seen < most,
    note: 'resident, of the whole server',
  }
}
