import { LRUCache } from 'lru-cache'
import type { Connection } from './connection.ts'
import type { Statement, StatementResult } from './protocol.ts'

/** Counts that are remembered. */
const REMEMBERED = 1000
/** Characters of a statement and its parameters. */
const LONGEST = 10_000

/**
 * Runs statements, and remembers what was counted. Every page of a list tells how many there are in all, and to count hundreds
 * of thousands of rows takes longer than to read a page of them. A count holds as long as the file stays as it is:
 * `PRAGMA data_version` is another number after any commit of another connection, and this one never writes. It is read
 * before the count, so that a count is never older than the version that it is kept under.
 */
export class Counts {
  readonly #connection: Connection
  readonly #known = new LRUCache<string, StatementResult>({ max: REMEMBERED })
  #version: unknown

  constructor(connection: Connection) {
    this.#connection = connection
  }

  run(statement: Statement): StatementResult {
    if (!statement.sql.startsWith('select count(*)')) return this.#connection.run(statement)
    const version = this.#connection.run(VERSION).rows[0]?.[0]
    if (version !== this.#version) this.#known.clear()
    this.#version = version
    const key = JSON.stringify([statement.sql, statement.parameters, statement.columnsKnown], exactly)
    const known = this.#known.get(key)
    if (known) return known
    const result = this.#connection.run(statement)
    if (key.length <= LONGEST) this.#known.set(key, result)
    return result
  }
}

const VERSION: Statement = { sql: 'PRAGMA data_version', parameters: [] }

function exactly(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value
}
