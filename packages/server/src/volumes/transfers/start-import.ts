import type { transfers } from '@reprise/contract'
import type { Caller, Context } from '../../context.ts'
import { findVolume } from '../../database/volumes.ts'
import { ApiError } from '../../errors.ts'
import { type DestinationCodes, destinationFor } from '../../files/destination.ts'
import { fileName } from '../../files/names.ts'
import { authorise } from '../../rights/authorise.ts'
import type { Service } from '../../storage/volumes/service.ts'
import { objectLocation } from '../locations.ts'
import { IMPORT, type ImportRequest } from './requests.ts'
import { insertTransferOperation, requireActive } from './start.ts'

const CODES: DestinationCodes = {
  neither: 9011,
  malformed: 9011,
  noFolder: 9009,
  noProject: 9012,
  notFolder: 9011,
  forbidden: { folder: 9003, project: 9003 },
}

/**
 * Accepts an import: a file, or all that lies in a folder, becomes an alias. What lies on the volume is looked at later.
 * @throws ApiError 9003, 9007, 9009, 9011, 9012, 9018, 9020, 9103
 */
export async function startImport(context: Context, caller: Caller, given: transfers.StartImport) {
  const { source = {}, destination = {} } = given
  const volume = source.volume || source.volume_id
  if (!volume) throw new ApiError(9011, 'is missing.', 'source.volume')
  if (!source.location) throw new ApiError(9011, 'is missing.', 'source.location')
  if (destination.project && destination.parent) {
    throw new ApiError(9011, 'give project or parent, not both.', 'destination')
  }
  if (given.overwrite && given.autorename)
    throw new ApiError(9011, 'give overwrite or autorename, not both.', 'overwrite')
  const row = await context.database.write(async tx => {
    const found = authorise('imports.start', await findVolume(tx, volume, caller.username))
    requireActive(found)
    const location = objectLocation(found, source.location, 'source.location')
    const { project } = await destinationFor(tx, caller.username, destination, CODES)
    const request: ImportRequest = {
      volume,
      location,
      destination: {
        ...(destination.parent ? { parent: destination.parent } : { project: destination.project }),
        name: fileName(destination.name || lastSegment(found.service, location), 9018),
      },
      overwrite: given.overwrite ?? false,
      autorename: given.autorename ?? false,
      preserve: given.preserve_folder_structure ?? true,
    }
    return await insertTransferOperation(tx, context, caller, {
      kind: 'import',
      operation: IMPORT,
      volume,
      project,
      request,
    })
  })
  context.operations.wake()
  return row
}

/** Of the whole location, with the volume's prefix. */
function lastSegment(service: string, location: string): string {
  const { prefix } = JSON.parse(service) as Service
  return (prefix + location).replace(/\/$/, '').split('/').at(-1) ?? ''
}
