/**
 * Moves the rows of a data folder from SQLite into an empty PostgreSQL database: table by table, in batches of one
 * transaction each, in the order of the rows' making. The file is only read. While it goes on the setting `moving` stands in the
 * database, so that nothing starts on it; broken off, the next move empties the tables and begins again. At the end rows are
 * counted on both sides, then `moving` goes and the folder gets its mark (pairing.ts).
 */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { DatabaseError } from './errors.ts'
import type { Database } from './index.ts'
import { migrations } from './migrations/index.ts'
import { markFolder, refuseMarked } from './pairing.ts'
import { openPostgres } from './postgres/open.ts'
import type { Schema } from './schema.ts'
import { deleteSetting, findSetting, MOVING, putSetting } from './settings.ts'
import { FileRows } from './sqlite/file-rows.ts'

/** Rows of one transaction, and about how many bytes: JSON texts and small contents can be long. */
const ROWS = 500
const BYTES = 4_000_000

export interface Progress {
  table: string
  /** rows of the table that are there */
  moved: number
  total: number
}

/**
 * Gives how many rows there are now. Nobody may write to the data folder meanwhile: its lock is the caller's to take. Rejects
 * with DatabaseError for a folder without rows, rows of another version, tasks that run, or a database that is not empty.
 */
export async function moveRows(folder: string, url: string, tell: (progress: Progress) => void): Promise<number> {
  const path = join(folder, 'reprise.sqlite')
  if (!existsSync(path)) throw new DatabaseError(`the data folder ${folder} has no rows: there is no ${path}`)
  await refuseMarked(folder)
  await mkdir(folder, { recursive: true })
  const source = new FileRows(path)
  try {
    refuseUnfit(source)
    const target = await openPostgres({ url })
    try {
      return await copyAll(source, target, folder, tell)
    } finally {
      await target.close()
    }
  } finally {
    source.close()
  }
}

function refuseUnfit(source: FileRows): void {
  const version = source.count('migrations')
  if (version !== migrations.length) {
    throw new DatabaseError(
      `the rows are of schema ${version}, this version has ${migrations.length}: start \`reprise serve\` on the folder once, stop it, and try again`,
    )
  }
  const running = source.count('tasks', "status in ('RUNNING', 'ABORTING')")
  if (running > 0) {
    throw new DatabaseError(`${running} tasks run: let them end, or abort them, stop the server, and try again`)
  }
}

async function copyAll(source: FileRows, target: Database, folder: string, tell: (progress: Progress) => void) {
  const tables = source.tables().filter(table => table !== 'migrations')
  if ((await findSetting(target.read, MOVING)) !== undefined) await empty(target, tables)
  for (const table of tables) {
    if ((await countIn(target, table)) > 0) {
      throw new DatabaseError(`the database is not empty: ${table} has rows. Choose, or make, another one`)
    }
  }
  await target.write(tx => putSetting(tx, MOVING, folder))
  let rows = 0
  for (const table of tables) rows += await copyTable(source, target, table, tell)
  for (const table of tables) {
    const [before, after] = [source.count(table), await countIn(target, table)]
    // `moving` itself
    const own = table === 'settings' ? 1 : 0
    if (after !== before + own)
      throw new DatabaseError(`${table} had ${before} rows and has ${after - own} now: move them again`)
  }
  await target.write(tx => deleteSetting(tx, MOVING))
  await markFolder(folder, target)
  return rows
}

async function copyTable(source: FileRows, target: Database, table: string, tell: (progress: Progress) => void) {
  const total = source.count(table)
  let moved = 0
  for (const { columns, rows } of source.batches(table, ROWS, BYTES)) {
    const names = sql.join(columns.map(column => sql.ref(column)))
    const values = sql.join(rows.map(row => sql`(${sql.join(row)})`))
    await target.write(tx => sql`insert into ${sql.table(table)} (${names}) values ${values}`.execute(tx))
    moved += rows.length
    tell({ table, moved, total })
  }
  return moved
}

async function empty(target: Database, tables: string[]): Promise<void> {
  await target.write(async tx => {
    for (const table of tables) await sql`delete from ${sql.table(table)}`.execute(tx)
  })
}

async function countIn({ read }: Database, table: string): Promise<number> {
  const { count } = await read
    .selectFrom(table as keyof Schema)
    .select(all => all.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}
