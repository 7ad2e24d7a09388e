import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseError } from './errors.ts'
import type { Database } from './index.ts'
import { findSetting, MOVING, putSettingOnce } from './settings.ts'

/**
 * A data folder and a PostgreSQL database belong together, bytes here and rows there: the folder's file `database` and the
 * setting of that name hold the same id. It is made when both are new, the file first, so that several processes may
 * start at once. Rejects with DatabaseError when one of them belongs to another, or the folder has rows of its own.
 */
export async function pairFolder(folder: string, database: Database): Promise<void> {
  const { read } = database
  if ((await findSetting(read, MOVING)) !== undefined) {
    throw new DatabaseError('a move into this database was broken off: do it again, by `reprise database move`')
  }
  const known = await findSetting(read, SETTING)
  let mark = await readMark(folder)
  if (mark === undefined) {
    if (known !== undefined) {
      throw new DatabaseError(`the database belongs to another data folder than ${folder}: all processes share one`)
    }
    if (existsSync(join(folder, 'reprise.sqlite'))) {
      throw new DatabaseError(
        `the data folder ${folder} has its rows in SQLite: move them by \`reprise database move\`, or choose another folder`,
      )
    }
    mark = await makeMark(folder)
  }
  if ((known ?? (await putSettingOnce(database, SETTING, mark))) !== mark) {
    throw new DatabaseError(`the data folder ${folder} belongs to another database`)
  }
}

const SETTING = 'database'

/** From now on the folder's rows are in the database. */
export async function markFolder(folder: string, database: Database): Promise<void> {
  await putSettingOnce(database, SETTING, await makeMark(folder))
}

/** Rejects with DatabaseError when the folder's rows are in PostgreSQL. */
export async function refuseMarked(folder: string): Promise<void> {
  if ((await readMark(folder)) === undefined) return
  throw new DatabaseError(`the rows of the data folder ${folder} are in PostgreSQL: say where by --database`)
}

async function readMark(folder: string): Promise<string | undefined> {
  // a mark that is there and can't be read is no folder without one
  const text = await readFile(join(folder, 'database'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return undefined
  })
  return text?.trim()
}

/** The mark that there is now, made by whoever came first. */
async function makeMark(folder: string): Promise<string> {
  const mark = randomUUID()
  try {
    await writeFile(join(folder, 'database'), `${mark}\n`, { flag: 'wx', mode: 0o600, flush: true })
    return mark
  } catch (error) {
    const other = await readMark(folder)
    if (other) return other
    throw error
  }
}
