import { DatabaseSync } from 'node:sqlite'
import type { SqlValue } from './protocol.ts'

export interface Batch {
  columns: string[]
  rows: SqlValue[][]
}

/** The rows of a database file that nobody writes to. Synchronous: for commands that do nothing else. */
export class FileRows {
  readonly #database: DatabaseSync

  constructor(path: string) {
    this.#database = new DatabaseSync(path, { readOnly: true })
  }

  tables(): string[] {
    const rows = this.#database
      .prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name")
      .all()
    return rows.map(row => String(row.name))
  }

  count(table: string, where = 'true'): number {
    return Number(this.#database.prepare(`select count(*) as count from "${table}" where ${where}`).get()?.count)
  }

  /** All rows in the order of their making: so many at one time, or about so many bytes. */
  *batches(table: string, most: number, bytes: number): Generator<Batch> {
    const statement = this.#database.prepare(`select * from "${table}" order by rowid`)
    statement.setReturnArrays(true)
    const columns = statement.columns().map(column => column.name)
    let rows: SqlValue[][] = []
    let size = 0
    for (const row of statement.iterate() as Iterable<unknown> as Iterable<SqlValue[]>) {
      rows.push(row)
      size += sizeOf(row)
      if (rows.length < most && size < bytes) continue
      yield { columns, rows }
      rows = []
      size = 0
    }
    if (rows.length > 0) yield { columns, rows }
  }

  close(): void {
    this.#database.close()
  }
}

function sizeOf(row: SqlValue[]): number {
  return row.reduce<number>(
    (sum, value) => sum + (typeof value === 'string' || value instanceof Uint8Array ? value.length : 8),
    0,
  )
}
