import type { transfers } from '@reprise/contract'
import type { Caller, Context } from '../../context.ts'
import { type FoundFile, findFile } from '../../database/files.ts'
import { findVolume } from '../../database/volumes.ts'
import { transferHolder } from '../../domain/holders.ts'
import { ApiError } from '../../errors.ts'
import { authorise, may, mayRead } from '../../rights/authorise.ts'
import { objectLocation } from '../locations.ts'
import { readExportProperties } from '../service.ts'
import { EXPORT, type ExportRequest } from './requests.ts'
import { insertTransferOperation, requireActive } from './start.ts'

/**
 * Accepts the export of a file whose bytes lie on the platform.
 * @throws ApiError 9004, 9006, 9007, 9009, 9011, 9018, 9020, 9022 to 9024, 9026, 9103
 */
export async function startExport(
  context: Context,
  caller: Caller,
  given: transfers.StartExport,
  { copyOnly, overwrite }: { copyOnly: boolean; overwrite: boolean },
) {
  const { file } = given.source ?? {}
  const { volume, location: said } = given.destination ?? {}
  if (!file) throw new ApiError(9011, 'is missing.', 'source.file')
  if (!volume) throw new ApiError(9011, 'is missing.', 'destination.volume')
  if (!said) throw new ApiError(9011, 'is missing.', 'destination.location')
  if (said.endsWith('/')) throw new ApiError(9018, 'must not end in a slash.', 'destination.location')
  const properties = readExportProperties(given.properties ?? {})
  const row = await context.database.write(async tx => {
    const found = authorise('exports.start', await findVolume(tx, volume, caller.username))
    requireActive(found)
    if (found.access_mode !== 'RW') throw new ApiError(9026, undefined, 'destination.volume')
    const source = await findFile(tx, file, caller.username)
    if (!source || !mayRead(source)) throw new ApiError(9009, 'there is no such file.', 'source.file')
    if (!mayExport(source, copyOnly)) throw new ApiError(9004, undefined, 'source.file')
    requireExportable(source)
    const location = objectLocation(found, said, 'destination.location')
    const replaces = overwrite || given.overwrite === true
    const request: ExportRequest = { file, volume, location, overwrite: replaces, copyOnly, properties }
    const accepted = { kind: 'export' as const, operation: EXPORT, volume, project: null, request }
    const transfer = await insertTransferOperation(tx, context, caller, accepted)
    // the bytes stay while they are on their way, also when the file is deleted
    await context.contents.hold(tx, source.content!, transferHolder(transfer.id))
    return transfer
  })
  context.operations.wake()
  return row
}

/** Who exports reads the bytes; without `copy_only` the file changes, too. */
export function mayExport(file: FoundFile, copyOnly: boolean): boolean {
  return may('copy', file) && (copyOnly || may('write', file))
}

/** Throws ApiError 9006. */
export function requireExportable(file: FoundFile): void {
  if (file.type === 'folder') throw new ApiError(9006, 'a folder is not exported.', 'source.file')
  if (file.volume !== null) throw new ApiError(9006, 'the file lies on a volume already.', 'source.file')
}
