import type { drs } from '@reprise/contract'
import type { Caller, Context } from '../../context.ts'
import { findOperation, listRecords } from '../../database/operations.ts'
import type { OperationRecordRow, OperationRow } from '../../database/schema.ts'
import { ApiError } from '../../errors.ts'
import { renderFailure } from '../../operations/render.ts'
import { isoTime } from '../../time.ts'
import type { Conflict } from '../folder-writer.ts'
import { type DrsRequest, IMPORT_DRS } from './requests.ts'

const CONFLICTS: { [word in (typeof drs.CONFLICT_RESOLUTIONS)[number]]: Conflict } = {
  SKIP: 'keep',
  OVERWRITE: 'replace',
  AUTORENAME: 'rename',
}

/** Accepts an import by DRS; what is wrong with an item is told in its result. Throws ApiError 10230. */
export async function importDrs(
  { database, operations }: Context,
  caller: Caller,
  given: drs.ImportDrs,
): Promise<OperationRow> {
  if (given.items.length === 0) throw new ApiError(10230, undefined, 'items')
  const { items, tags = [], conflict_resolution = 'SKIP' } = given
  const request: DrsRequest = { items, tags, conflict: CONFLICTS[conflict_resolution] }
  return await operations.submit(database, IMPORT_DRS, caller.username, request)
}

/** One of the caller's. Throws ApiError 10211. */
export async function drsImport({ database }: Context, caller: Caller, id: string, base: string) {
  const row = await findOperation(database.read, id, caller.username, [IMPORT_DRS])
  if (!row) throw new ApiError(10211)
  return renderDrsImport(row, await listRecords(database.read, [id]), base)
}

export function renderDrsImport(row: OperationRow, records: OperationRecordRow[], base: string) {
  return {
    href: `${base}/bulk/drs/imports/${row.id}`,
    id: row.id,
    state: row.state,
    total_files: row.total,
    completed_files: row.completed,
    failed_files: row.failed,
    result: records.map(record =>
      record.result === null ? { error: renderFailure(record, base) } : { resource: resourceOf(record.result, base) },
    ),
    ...(row.started === null ? {} : { started_on: isoTime(row.started) }),
    ...(row.finished === null ? {} : { finished_on: isoTime(row.finished) }),
  }
}

function resourceOf(json: string, base: string) {
  const { id }: { id: string } = JSON.parse(json)
  return { href: `${base}/files/${id}`, id }
}
