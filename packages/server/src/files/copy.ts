import type { bulk, files } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import { findByName, findFile, withVolumeLocations } from '../database/files.ts'
import type { Write } from '../database/index.ts'
import type { FileRow } from '../database/schema.ts'
import { ApiError } from '../errors.ts'
import { authorise } from '../rights/authorise.ts'
import { type Destination, type DestinationCodes, destinationFor } from './destination.ts'
import { withConflictCode } from './edit.ts'
import { FreeNames, shorten } from './free-names.ts'
import { fileName } from './names.ts'
import { copyInto } from './put.ts'

const CODES: DestinationCodes = {
  neither: 5029,
  malformed: 5005,
  noFolder: 5026,
  noProject: 3002,
  notFolder: 5022,
  forbidden: { folder: 5001, project: 5001 },
}

/** Copies one file, to a folder or the root of a project. A name that is taken there is 5003. */
export function copyFile({ database }: Context, caller: Caller, id: string, given: files.CopyFile): Promise<FileRow> {
  return withConflictCode(5003, () =>
    database.write(async tx => {
      const file = await copyable(tx, caller, id)
      const destination = await destinationFor(tx, caller.username, given, CODES)
      const name = given.name === undefined ? file.name : fileName(given.name, 5024)
      if (await findByName(tx, destination.folder, name)) throw new ApiError(5003, undefined, 'name')
      const [copy] = await withVolumeLocations(tx, await copyInto(tx, destination, [{ file, name }]))
      return copy!
    }),
  )
}

/** Files of one call. */
const MOST = 100

/**
 * Copies files to the root of a project, under the next free name; gives how each of them ended, by its id. One after the
 * other, each in a transaction of its own: what was copied stays when a later one can't be.
 */
export async function copyFiles(
  { database }: Context,
  caller: Caller,
  given: bulk.CopyFiles,
): Promise<bulk.CopyResults> {
  const ids = [...new Set(given.file_ids ?? [])]
  if (ids.length === 0) throw new ApiError(5033, 'must have at least one id.', 'file_ids')
  if (ids.length > MOST) throw new ApiError(5033, `must have at most ${MOST} ids.`, 'file_ids')
  const place = { project: given.project }
  const destination = await destinationFor(database.read, caller.username, place, CODES)
  const results: [string, bulk.CopyResults[string]][] = []
  for (const id of ids) {
    const result = await database
      .write(async tx => copyUnderFreeName(tx, destination, await copyable(tx, caller, id)))
      .catch(error => {
        if (!(error instanceof ApiError)) throw error
        return { status: 'FAILED' as const, message: error.message }
      })
    results.push([id, result])
  }
  return Object.fromEntries(results)
}

async function copyUnderFreeName(tx: Write, destination: Destination, file: FileRow) {
  const prefix = await new FreeNames(tx, destination.folder).freePrefix([file.name])
  const [copy] = await copyInto(tx, destination, [{ file, name: shorten(prefix + file.name) }])
  return { status: 'OK' as const, new_file_id: copy!.id, new_file_name: copy!.name }
}

async function copyable(tx: Write, caller: Caller, id: string) {
  if (id === '') throw new ApiError(5004)
  const file = authorise('files.copy', await findFile(tx, id, caller.username))
  if (file.type === 'folder') throw new ApiError(5018)
  return file
}
