import type { Context } from '../../context.ts'
import { findFile } from '../../database/files.ts'
import type { TransferRow } from '../../database/schema.ts'
import { renderFile } from '../../files/render.ts'
import { renderFailure } from '../../operations/render.ts'
import { mayRead } from '../../rights/authorise.ts'
import { isoTime } from '../../time.ts'
import type { ExportRequest, ImportRequest } from './requests.ts'

/** An import or export as its caller sees it; what came of it only while it is there and may be read. */
export async function renderTransfer(context: Context, row: TransferRow, base: string) {
  const file = row.result === null ? undefined : await findFile(context.database.read, row.result, row.username)
  const { code, message } = row
  return {
    href: `${base}/storage/${row.kind}s/${row.id}`,
    id: row.id,
    state: row.state,
    ...(row.kind === 'import' ? importOf(JSON.parse(row.request)) : exportOf(JSON.parse(row.request))),
    ...(row.started === null ? {} : { started_on: isoTime(row.started) }),
    ...(row.finished === null ? {} : { finished_on: isoTime(row.finished) }),
    ...(code === null ? {} : { error: renderFailure({ code, message }, base) }),
    ...(file && mayRead(file) ? { result: renderFile(file, base) } : {}),
  }
}

function importOf({ volume, location, destination, overwrite, autorename, preserve }: ImportRequest) {
  return {
    overwrite,
    autorename,
    preserve_folder_structure: preserve,
    source: { volume, location },
    destination,
  }
}

function exportOf({ file, volume, location, overwrite, properties }: ExportRequest) {
  return { overwrite, source: { file }, destination: { volume, location }, properties }
}
