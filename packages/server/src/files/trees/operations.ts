import type { Caller, Context } from '../../context.ts'
import { findOperation, listOperations, listRecords } from '../../database/operations.ts'
import type { FileRow, OperationRecordRow, OperationRow } from '../../database/schema.ts'
import { ApiError } from '../../errors.ts'
import { renderFailure } from '../../operations/render.ts'
import { isoTime } from '../../time.ts'
import { renderFile } from '../render.ts'

const KINDS = ['files.copy', 'files.move', 'files.delete']

/** The caller's asynchronous operations on files. */
export async function listFileOperations(
  { database }: Context,
  caller: Caller,
  page: { limit: number; offset: number },
  base: string,
) {
  const { total, rows } = await listOperations(database.read, caller.username, KINDS, page)
  const records = Map.groupBy(
    await listRecords(
      database.read,
      rows.map(row => row.id),
    ),
    record => record.operation,
  )
  return { total, items: rows.map(row => renderFileOperation(row, records.get(row.id) ?? [], base)) }
}

/** One of them. Throws ApiError 10211. */
export async function fileOperation({ database }: Context, caller: Caller, type: string, id: string, base: string) {
  const row = await findOperation(database.read, id, caller.username, [`files.${type}`])
  if (!row) throw new ApiError(10211)
  return renderFileOperation(row, await listRecords(database.read, [id]), base)
}

export function renderFileOperation(row: OperationRow, records: OperationRecordRow[], base: string) {
  const type = row.kind.replace('files.', '')
  return {
    href: `${base}/async/files/${type}/${row.id}`,
    id: row.id,
    type: type.toUpperCase(),
    state: row.state,
    total_files: row.total,
    completed_files: row.completed,
    failed_files: row.failed,
    result: records.map(record =>
      record.result === null
        ? { error: renderFailure(record, base) }
        : { resource: renderFile(JSON.parse(record.result) as FileRow, base) },
    ),
    ...(row.started === null ? {} : { started_on: isoTime(row.started) }),
    ...(row.finished === null ? {} : { finished_on: isoTime(row.finished) }),
  }
}
