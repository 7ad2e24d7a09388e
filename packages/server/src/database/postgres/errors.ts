import { DatabaseError, NO_CONNECTION } from '../errors.ts'

/** The server's own errors have a SQLSTATE; all others come from the way to it. */
export function translated(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error
  const message = error instanceof Error ? error.message || error.name : String(error)
  return new DatabaseError(message, isOfServer(error) ? error.code : NO_CONNECTION)
}

/** True when the connection is of no use any more. */
export function endsConnection(error: unknown): boolean {
  return !isOfServer(error) || /^(08|57P|25P03)/.test(error.code)
}

function isOfServer(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'severity' in error && 'code' in error && typeof error.code === 'string'
}
