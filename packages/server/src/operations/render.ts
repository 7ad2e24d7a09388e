import { type ErrorCode, errorEntry } from '@reprise/contract'
import type { OperationRecordRow } from '../database/schema.ts'
import { errorBody } from '../errors.ts'

/** The body of an error that a record kept, as an answer shows it. */
export function renderFailure(record: Pick<OperationRecordRow, 'code' | 'message'>, base: string) {
  const code = record.code as ErrorCode
  return errorBody({ status: errorEntry(code).status, code, message: record.message ?? '' }, base)
}
