import type { Database } from '../../src/database/index.ts'
import { listJobsAt, setDigests } from '../../src/database/job-pages.ts'
import { openDatabase } from '../../src/database/open.ts'
import { digestsOf, isUndigested } from '../../src/digests/digests.ts'
import { fillHashes, leftIn, sweep } from './left.ts'
import { type Rows, rowsOf } from './rows.ts'

export interface Folder {
  data: string
  /** the folder that it may make volumes of */
  volume: string
  /** address of a PostgreSQL database */
  database?: string | undefined
}

export interface Looked {
  rows: Rows
  /** what must not be there, or is missing */
  wrong: string[]
}

/** What a data folder and its rows are like once it was swept, whose server has ended. */
export async function look(place: Folder): Promise<Looked> {
  const { data, volume, database: url } = place
  const database = await openDatabase(data, { url })
  try {
    await sweep(database, data, volume)
    await fillHashes(database, data, volume)
    await fillDigests(database)
    // a value that nothing refers to is condemned by one sweep and removed by the next
    for (let left = 2; left > 0; left--) await sweep(database, data, volume)
    return { rows: await rowsOf(database, data), wrong: await leftIn(database, data) }
  } finally {
    await database.close()
  }
}

/** What a server fills in beside its work, as far as it came with that. */
async function fillDigests(database: Database): Promise<void> {
  const jobs = await database.read.selectFrom('jobs').select(['task', 'path']).execute()
  for (const [task, its] of Map.groupBy(jobs, job => job.task)) {
    const all = await listJobsAt(
      database.read,
      task,
      its.map(({ path }) => path),
    )
    const digests = await digestsOf(database.read, all.filter(isUndigested))
    await database.write(tx => setDigests(tx, task, digests))
  }
}

/** Sweeps a folder by itself, and ends uploads that nobody goes on with. */
export async function sweepAlone(place: Folder): Promise<void> {
  const database = await openDatabase(place.data, { url: place.database })
  try {
    await sweep(database, place.data, place.volume, -1)
  } finally {
    await database.close()
  }
}
