import { ping } from '../../database/counts.ts'
import type { Database } from '../../database/index.ts'
import { freeDiskSpace } from '../../storage/disk-space.ts'

/** Milliseconds in which a part has to answer. */
const LIMIT = 2000

export type Verdicts = { [part: string]: string }

/** What has to be well for the server to serve. */
export interface Vitals {
  database: Database
  /** whose disk must not be full */
  folder: string
  /** undefined: this process has no worker of its own */
  workerAlive: (() => boolean) | undefined
}

/** Each part that a call needs: `ok`, or what is wrong with it. */
export async function examine({ database, folder, workerAlive }: Vitals): Promise<Verdicts> {
  const [rows, disk] = await Promise.all([
    verdict(ping(database.read), 'does not answer'),
    verdict(requireDiskSpace(folder), 'full'),
  ])
  const verdicts: Verdicts = { database: rows, disk }
  if (workerAlive) verdicts.worker = workerAlive() ? 'ok' : 'not running'
  return verdicts
}

async function requireDiskSpace(folder: string): Promise<void> {
  if ((await freeDiskSpace(folder)) === 0) throw new Error('only the reserve is left')
}

async function verdict(check: Promise<void>, bad: string): Promise<string> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>(resolve => {
    timer = setTimeout(resolve, LIMIT, bad)
  })
  const done = check.then(
    () => 'ok',
    () => bad,
  )
  return Promise.race([done, late]).finally(() => clearTimeout(timer))
}
