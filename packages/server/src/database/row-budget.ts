import { appendFileSync } from 'node:fs'
import { DatabaseError } from './errors.ts'

/** Rows that one transaction may change: others wait for it meanwhile. */
const MOST = 1000
const SHOWN = 10

/**
 * Counts the rows that one write transaction changes. Tests set REPRISE_ROW_BUDGET to the path of a file: a transaction over the
 * budget then fails, also in processes that they start, and says so in a line of that file. Where it is not set, nothing is counted.
 */
export class RowBudget {
  readonly #path: string
  readonly #statements: string[] = []

  /** One for a transaction; undefined when nothing is to be counted. */
  static begin(): RowBudget | undefined {
    const path = process.env.REPRISE_ROW_BUDGET
    return path ? new RowBudget(path) : undefined
  }

  private constructor(path: string) {
    this.#path = path
  }

  said(sql: string): void {
    if (this.#statements.length < SHOWN && !/^\s*select/i.test(sql)) this.#statements.push(sql.slice(0, 100))
  }

  /** Throws DatabaseError when a transaction has changed so many rows and may not be committed. */
  check(rows: number): void {
    if (rows <= MOST) return
    const message = `a transaction changes ${rows} rows, and may change ${MOST}: ${this.#statements.join(' | ')}`
    appendFileSync(this.#path, `${message}\n`)
    throw new DatabaseError(message)
  }
}
