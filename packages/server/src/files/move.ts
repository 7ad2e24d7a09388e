import type { files } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import { findByName, findFile, withVolumeLocations } from '../database/files.ts'
import type { FileRow } from '../database/schema.ts'
import { ApiError } from '../errors.ts'
import { authorise } from '../rights/authorise.ts'
import { type DestinationCodes, destinationFor } from './destination.ts'
import { withConflictCode } from './edit.ts'
import { fileName } from './names.ts'
import { moveInto } from './put.ts'

const CODES: DestinationCodes = {
  neither: 5029,
  malformed: 5005,
  noFolder: 5026,
  noProject: 3002,
  notFolder: 5022,
  forbidden: { folder: 5032, project: 5032 },
}

/** Moves one file to another folder of its project, or renames it there. A name that is taken there is 5003. */
export function moveFile({ database }: Context, caller: Caller, id: string, given: files.MoveFile): Promise<FileRow> {
  return withConflictCode(5003, () =>
    database.write(async tx => {
      const file = authorise('files.move', await findFile(tx, id, caller.username))
      if (file.type === 'folder') throw new ApiError(5033, 'A folder is moved by POST /async/files/move.')
      const destination = await destinationFor(tx, caller.username, given, CODES)
      if (destination.project !== file.project) throw new ApiError(5015, undefined, 'parent')
      const name = given.name === undefined ? file.name : fileName(given.name, 5024)
      const taken = await findByName(tx, destination.folder, name)
      if (taken && taken.id !== id) throw new ApiError(5003, undefined, 'name')
      const [moved] = await withVolumeLocations(tx, await moveInto(tx, destination, [{ file, name }]))
      return moved!
    }),
  )
}
