import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { LRUCache } from 'lru-cache'
import { isFullCode } from '../errors.ts'
import type { Failure, SqlValue, Statement, StatementResult } from './protocol.ts'

const CACHED_STATEMENTS = 500
/** Characters: a statement that is longer, such as one with a thousand values, is hardly the same ever again. */
export const LONGEST_CACHED = 10_000
/** SQLITE_INTERRUPT */
const INTERRUPT = 9

/** One open handle on the file, with its prepared statements. Synchronous: only for the database's own threads. */
export class Connection {
  readonly #database: DatabaseSync
  readonly #statements = new LRUCache<string, { prepared: StatementSync; columns: string[] }>({
    max: CACHED_STATEMENTS,
  })

  readonly #full: () => void
  /** when the statement that runs has to be done */
  #deadline = Number.POSITIVE_INFINITY
  readonly #patience: number

  /**
   * @param full called when there is no room on the disk for a statement or commit, which then fails
   * @param patience milliseconds that a statement may take which asks `in_time()`
   */
  constructor(
    path: string,
    readOnly: boolean,
    { full = () => undefined, patience = Number.POSITIVE_INFINITY }: { full?: () => void; patience?: number } = {},
  ) {
    this.#full = full
    this.#patience = patience
    this.#database = new DatabaseSync(path, { readOnly, enableForeignKeyConstraints: true, timeout: 10_000 })
    this.#database.exec('PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384')
    this.#database.function('in_time', () => this.#inTime())
    if (!readOnly) this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  }

  /** False when SQLite itself has rolled everything back (disk full, I/O error). */
  get inTransaction(): boolean {
    return this.#database.isTransaction
  }

  exec(sql: string): void {
    this.#watching(() => this.#database.exec(sql))
  }

  run(statement: Statement): StatementResult {
    return this.#watching(() => this.#run(statement))
  }

  #watching<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (isFullCode(failureOf(error).code)) this.#full()
      throw error
    }
  }

  #run(statement: Statement): StatementResult {
    const { prepared, columns } = this.#prepare(statement.sql)
    this.#deadline = performance.now() + this.#patience
    if (columns.length === 0) {
      const { changes } = prepared.run(...statement.parameters)
      return { columns, rows: [], changes: Number(changes) }
    }
    const rows: unknown = prepared.all(...statement.parameters)
    const told = statement.columnsKnown ? [] : columns
    return { columns: told, rows: rows as SqlValue[][], changes: (rows as SqlValue[][]).length }
  }

  /** Rows that were changed since it was opened. */
  changes(): number {
    return Number(this.#run({ sql: 'select total_changes()', parameters: [], columnsKnown: true }).rows[0]?.[0])
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }

  #inTime(): number {
    if (performance.now() > this.#deadline) throw new Late('the statement takes too long')
    return 1
  }

  #prepare(sql: string): { prepared: StatementSync; columns: string[] } {
    const cached = this.#statements.get(sql)
    if (cached) return cached
    const prepared = this.#database.prepare(sql)
    prepared.setReturnArrays(true)
    const entry = { prepared, columns: prepared.columns().map(column => column.name) }
    if (sql.length <= LONGEST_CACHED) this.#statements.set(sql, entry)
    return entry
  }
}

class Late extends Error {
  readonly errcode = INTERRUPT
}

/** An error as it can cross a thread's border. */
export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined
  return typeof code === 'number' ? { message, code } : { message }
}
