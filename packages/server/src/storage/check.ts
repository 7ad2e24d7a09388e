/**
 * Compares the rows with the folder of the store: what either side has alone. To be used beside a running server or without one;
 * what is younger than a day may be on its way, and is left alone.
 */
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../database/index.ts'
import { condemn, holdersOf, inStore, listInStore, markRemoved } from '../database/sweep.ts'
import { idOf, shards } from './folder.ts'

const ROWS = 500
const DAY = 24 * 3_600_000

export type Finding =
  /** a file of the store that no row wants; `young`: it may be on its way to one */
  | { type: 'unknown'; path: string; size: number; young: boolean; mended: boolean }
  /** a content whose bytes are not there, or not all of them; `found`: bytes of the file that is there */
  | { type: 'missing'; id: string; size: number; found: number | undefined; holders: string[]; mended: boolean }

export interface CheckOptions {
  /** remove what no row wants, and let rows go that nobody needs and that have no bytes */
  fix?: boolean
  /** milliseconds until a file counts as left; a day when not given */
  untouched?: number
}

/** Gives what it finds as it goes; rows are read a page at a time. */
export async function* checkStorage(database: Database, dataFolder: string, options: CheckOptions = {}) {
  const store = join(dataFolder, 'store')
  yield* unknownFiles(database, store, options)
  yield* missingBytes(database, store, options)
}

async function* unknownFiles(
  database: Database,
  store: string,
  { fix = false, untouched = DAY }: CheckOptions,
): AsyncGenerator<Finding> {
  for (const shard of await shards(store)) {
    const names = await fs.readdir(shard)
    for (let from = 0; from < names.length; from += ROWS) {
      const some = names.slice(from, from + ROWS)
      const known = await inStore(database.read, some.map(idOf))
      for (const name of some.filter(name => !known.has(name))) {
        const path = join(shard, name)
        const stats = await fs.lstat(path).catch(() => undefined)
        if (!stats) continue
        const young = stats.ctimeMs > Date.now() - untouched
        const mended = fix && !young && stats.isFile()
        if (mended) await fs.rm(path, { force: true })
        yield { type: 'unknown', path, size: stats.size, young, mended }
      }
    }
  }
}

async function* missingBytes(
  database: Database,
  store: string,
  { fix = false }: CheckOptions,
): AsyncGenerator<Finding> {
  for (let after = ''; ; ) {
    const rows = await listInStore(database.read, after, ROWS)
    for (const { id, size } of rows) {
      const found = (await fs.stat(join(store, id.slice(-2), id)).catch(() => undefined))?.size
      if (found === size) continue
      // one that has gone since its row was read is not missing
      if (!(await inStore(database.read, [id])).has(id)) continue
      const holders = await holdersOf(database.read, id)
      const mended = fix && holders.length === 0 && (await forgetRow(database, id))
      yield { type: 'missing', id, size, found, holders, mended }
    }
    if (rows.length < ROWS) return
    after = rows.at(-1)!.id
  }
}

function forgetRow(database: Database, id: string): Promise<boolean> {
  return database.write(async tx => {
    await condemn(tx, [id])
    return (await markRemoved(tx, [id])).length > 0
  })
}
