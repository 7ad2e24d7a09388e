/** What goes wrong in a round beside the kills: its disk is full now and then, its rows take long, or its clock jumps. */
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import type { Points } from '../cuts/server.ts'
import type { Postgres } from '../support/postgres.ts'
import { smallDisk } from '../support/small-disk.ts'
import type { Random } from './random.ts'
import { slowWay } from './slow.ts'

export const TROUBLES = ['none', 'disk', 'slow', 'clock'] as const
export type Trouble = (typeof TROUBLES)[number]

const HOUR = 3_600_000
/** MiB of the disk that is full. */
const DISK = 96
/** Milliseconds for which it is full, and between those times. */
const [FULL, FREE] = [400, 1500]
/** Milliseconds that an answer of the database, or a commit, takes. */
const SLOW = 60
// beside this module in the build
const CLOCK = new URL('./clock.mjs', import.meta.url).href

export interface Troubled {
  /** holds the data folder */
  folder: string
  /** of the database that the round uses, where it is not the one of the server of PostgreSQL itself */
  port?: number | undefined
  points: Points
  /** a job may fail because of it */
  fails: boolean
  /** Begins what goes on during the round; gives the way to end that. */
  begin(): () => Promise<void>
  remove(): Promise<void>
}

const NOTHING = { points: {}, fails: false, begin: () => async () => undefined, remove: async () => undefined }

/** Undefined where it can't be had. */
export async function makeTrouble(
  kind: Trouble,
  of: { folder: string; random: Random; postgres: Postgres | undefined },
): Promise<Troubled | undefined> {
  const { folder, random, postgres } = of
  if (kind === 'disk') return await fullDisk(random)
  if (kind === 'clock') {
    const jump = random.of([HOUR, -HOUR])
    const moment = Date.now() + 2000 + random.below(4000)
    const env = { NODE_OPTIONS: `--import=${CLOCK}`, REPRISE_CLOCK_JUMP: `${moment}/${jump}` }
    return { ...NOTHING, folder, points: { env } }
  }
  if (kind === 'slow' && postgres) {
    const way = await slowWay(postgres.port, () => random.below(SLOW))
    return { ...NOTHING, folder, port: way.port, remove: () => way.close() }
  }
  if (kind === 'slow') {
    const failpoint = `before-commit:*=delay/${SLOW}`
    return { ...NOTHING, folder, points: { failpoint, always: true } }
  }
  return { ...NOTHING, folder }
}

async function fullDisk(random: Random): Promise<Troubled | undefined> {
  const disk = await smallDisk(DISK)
  if (!disk) return undefined
  const filler = join(disk.folder, 'filler')
  const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds))
  const begin = () => {
    let isOver = false
    const going = (async () => {
      while (!isOver) {
        await pause(random.below(FREE))
        await fill(filler)
        await pause(random.below(FULL))
        await fs.rm(filler, { force: true })
      }
    })()
    return async () => {
      isOver = true
      await going
    }
  }
  return { folder: disk.folder, points: {}, fails: true, begin, remove: () => disk.remove() }
}

async function fill(path: string): Promise<void> {
  const file = await fs.open(path, 'w')
  const bytes = Buffer.alloc(2 ** 20)
  try {
    for (;;) await file.write(bytes)
  } catch {
    // it is full
  } finally {
    await file.close()
  }
}
