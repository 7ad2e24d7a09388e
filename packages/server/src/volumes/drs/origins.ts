import type { Caller, Context } from '../../context.ts'
import { findFile } from '../../database/files.ts'
import { latestOperations, listRecords } from '../../database/operations.ts'
import type { FileRow } from '../../database/schema.ts'
import { mayRead } from '../../rights/authorise.ts'
import { type DrsRequest, IMPORT_DRS } from './requests.ts'

/** Imports that are looked through, the latest ones; each has at most so many items as a bulk call. */
const LATEST = 100

/**
 * Files by the ids that they have where they come from. A server of one's own has no datasets: an id is known when the
 * caller imported the object of this id by DRS, as long as the import is remembered, or when it is the id of a file here.
 * Those that are not known, or may not be read any more, are left out.
 */
export async function filesOfOrigins({ database }: Context, caller: Caller, ids: string[]): Promise<FileRow[]> {
  const imported = await importedBy(caller, database.read)
  const found = new Map<string, FileRow>()
  for (const id of new Set(ids)) {
    const file = await findFile(database.read, imported.get(id) ?? id, caller.username)
    if (file?.type === 'file' && mayRead(file)) found.set(file.id, file)
  }
  return [...found.values()]
}

/** The id of an object, as its DRS URI ends in it → the file that the latest import made of it. */
async function importedBy({ username }: Caller, read: Context['database']['read']): Promise<Map<string, string>> {
  const operations = await latestOperations(read, username, IMPORT_DRS, LATEST)
  const records = await listRecords(
    read,
    operations.map(({ id }) => id),
  )
  const files = new Map<string, string>()
  for (const { id: operation, request } of operations.reverse()) {
    const { items }: DrsRequest = JSON.parse(request)
    for (const { item, result } of records.filter(record => record.operation === operation)) {
      const uri = items[item]?.drs_uri
      if (result !== null && uri !== undefined) files.set(lastPart(uri), JSON.parse(result).id)
    }
  }
  return files
}

/** Of `drs://host/id`, and of the compact `drs://prefix:id`. */
function lastPart(uri: string): string {
  return uri.slice(Math.max(uri.lastIndexOf('/'), uri.lastIndexOf(':')) + 1)
}
