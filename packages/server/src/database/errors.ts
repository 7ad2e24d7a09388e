/** A statement or a transaction that the database refused. */
export class DatabaseError extends Error {
  override name = 'DatabaseError'
  /** the dialect's own code (SQLite: extended result code) */
  readonly code: number | undefined

  constructor(message: string, code?: number) {
    super(message)
    this.code = code
  }
}

const SQLITE_CONSTRAINT_UNIQUE = 2067
const SQLITE_CONSTRAINT_PRIMARYKEY = 1555

/** True when a row with the same key or unique columns exists already. */
export function isUniqueViolation(error: unknown): boolean {
  return (
    error instanceof DatabaseError &&
    (error.code === SQLITE_CONSTRAINT_UNIQUE || error.code === SQLITE_CONSTRAINT_PRIMARYKEY)
  )
}

/** SQLITE_BUSY, SQLITE_LOCKED, SQLITE_IOERR, SQLITE_FULL: primary codes of what may be over in a while. */
const PASSING = [5, 6, 10, 13]

/** True when the same transaction may well succeed later: a full disk, a file system in trouble, a busy writer. */
export function isPassing(error: unknown): boolean {
  return error instanceof DatabaseError && PASSING.includes((error.code ?? 0) & 0xff)
}
