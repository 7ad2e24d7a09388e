import { type ErrorCode, errorEntry } from '@reprise/contract'
import type { OperationRecordRow } from '../database/schema.ts'

/** The body of an error that a record kept, as an answer shows it. */
export function renderFailure(record: Pick<OperationRecordRow, 'code' | 'message'>, base: string) {
  const code = record.code as ErrorCode
  return {
    status: errorEntry(code).status,
    code,
    message: record.message ?? '',
    more_info: `${base}/errors/${code}`,
  }
}
