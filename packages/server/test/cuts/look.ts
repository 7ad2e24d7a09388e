import { openDatabase } from '../../src/database/open.ts'
import { leftIn, sweep } from './left.ts'
import { type Rows, rowsOf } from './rows.ts'

export interface Looked {
  rows: Rows
  /** what must not be there, or is missing */
  wrong: string[]
}

/** What a data folder and its rows are like once it was swept, whose server has ended. */
export async function look(place: { data: string; volume: string; database?: string | undefined }): Promise<Looked> {
  const { data, volume, database: url } = place
  const database = await openDatabase(data, { url })
  try {
    await sweep(database, data, volume)
    return { rows: await rowsOf(database, data), wrong: await leftIn(database, data) }
  } finally {
    await database.close()
  }
}
