import { residentMiB } from '../measure.ts'
import type { Server } from '../server.ts'
import { transfer } from '../transfer.ts'
import { type Line, percent } from './bars.ts'

const WIDTH = 16
const MIB = 2 ** 20
/** Milliseconds between looks at the server's memory. */
const LOOK = 50

/** One file up and down beside `cp` and `cat`; then sixteen at a time, a sixteenth of the bytes each, for the memory that takes. */
export async function transfers(server: Server, size: number): Promise<Line[]> {
  const { up, down, copied, cat } = await transfer(server, size)
  let most = 0
  const looking = setInterval(() => {
    most = Math.max(most, residentMiB(server.pid))
  }, LOOK)
  await Promise.all(Array.from({ length: WIDTH }, () => transfer(server, Math.max(MIB, size / WIDTH))))
  clearInterval(looking)
  const line = (name: string, ours: number, floor: number, least: number): Line => ({
    what: `${name} of ${size / MIB} MiB`,
    figure: percent(ours / floor),
    bar: `${percent(least)} of its floor`,
    met: ours / floor >= least,
    note: `${ours.toFixed(0)} MiB/s; floor ${floor.toFixed(0)} MiB/s`,
  })
  return [
    line('upload', up.rate, copied.rate, 0.6),
    line('download', down.rate, cat.rate, 0.7),
    {
      what: `memory with ${WIDTH} transfers at a time`,
      figure: `${most.toFixed(0)} MiB`,
      bar: 'under 300 MB',
      met: most < 286,
      note: 'resident, of the whole server',
    },
  ]
}
