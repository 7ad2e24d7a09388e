/** A statement or a transaction that the database refused. */
export class DatabaseError extends Error {
  override name = 'DatabaseError'
  /** the dialect's own code: SQLite's extended result code, or PostgreSQL's SQLSTATE */
  readonly code: number | string | undefined

  constructor(message: string, code?: number | string) {
    super(message)
    this.code = code
  }
}

/** SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY, unique_violation */
const UNIQUE: unknown[] = [2067, 1555, '23505']

/** True when a row with the same key or unique columns exists already. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof DatabaseError && UNIQUE.includes(error.code)
}

/** The connection is lost, or there was none. */
export const NO_CONNECTION = '08006'
/** The connection was lost while a transaction was being committed: it may have been, or not. */
export const UNKNOWN_END = '08007'

/** SQLITE_BUSY, SQLITE_LOCKED, SQLITE_IOERR, SQLITE_FULL: primary codes of what may be over in a while. */
const PASSING = [5, 6, 10, 13]
/**
 * The same in PostgreSQL: no connection, the transaction met another one (40), out of resources (53), the operator stops the
 * server (57P), a transaction that was idle too long (25P03), trouble of the system (58).
 */
const PASSING_STATES = /^(08|40001|40P01|53|57P0|25P03|58)/

/** SQLITE_INTERRUPT, query_canceled */
const LATE: unknown[] = [9, '57014']

/** True for a read that was ended because it took too long. */
export function isLate(error: unknown): boolean {
  return error instanceof DatabaseError && LATE.includes(error.code)
}

/**
 * True when the same transaction may well succeed later: a full disk, a file system in trouble, a busy writer, a database
 * that is away.
 */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false
  if (typeof error.code === 'string') return PASSING_STATES.test(error.code)
  return PASSING.includes((error.code ?? 0) & 0xff)
}

/** SQLITE_FULL, and SQLITE_IOERR_SHMSIZE, as the index of the write-ahead log says it. */
export function isFullCode(code: number | string | undefined): boolean {
  return typeof code === 'number' && ((code & 0xff) === 13 || code === 4874)
}

/** True when the file of the rows found no room on its disk. */
export function isFull(error: unknown): boolean {
  return error instanceof DatabaseError && isFullCode(error.code)
}

/** True when a transaction lost against another one that ran beside it: run again it succeeds. */
export function isConflict(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === '40001' || error.code === '40P01')
}
