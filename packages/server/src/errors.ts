import { type ErrorBody, type ErrorCode, errorEntry } from '@reprise/contract'

/**
 * A call that is refused, by a code of the error table: the only error that rules and routes throw. Without a message of
 * its own it carries the table's message and cure.
 */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly code: ErrorCode
  readonly status: number
  /** the field or parameter that it is about */
  readonly field: string | undefined

  /** `status` where HTTP has a closer one than the table: 408, 413, 431 */
  constructor(code: ErrorCode, message?: string, field?: string, status?: number) {
    const entry = errorEntry(code)
    super(`${field ? `${field}: ` : ''}${message ?? `${entry.message} ${entry.cure}`}`)
    this.code = code
    this.status = status ?? entry.status
    this.field = field
  }
}

/** The body of an error; `more_info` leads to the table's entry. */
export function errorBody(
  { status, code, message }: Pick<ApiError, 'status' | 'code' | 'message'>,
  base: string,
): ErrorBody {
  return { status, code, message, more_info: `${base}/errors/${code}` }
}
