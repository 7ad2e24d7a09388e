import { uploads } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import { findByName } from '../database/files.ts'
import type { UploadRow } from '../database/schema.ts'
import { insertUpload } from '../database/uploads.ts'
import { ApiError } from '../errors.ts'
import { type FolderCodes, folderFor } from '../files/find.ts'
import { fileName } from '../files/names.ts'
import { newSecret } from '../ids.ts'
import { choosePartSize } from './layout.ts'

/** To overwrite is of no use then. */
export const FOLDER_THERE = 'a folder of this name exists already: begin with another name.'

const CODES: FolderCodes = { neither: 8013, both: 8013, malformed: 8010, missing: 8004, notFolder: 8013 }

/** Begins an upload. The part size that it answers is the one that clients then use. */
export async function beginUpload(
  { database }: Context,
  caller: Caller,
  given: uploads.BeginUpload,
  overwrite: boolean,
): Promise<UploadRow> {
  const name = fileName(given.name, 8013)
  const place = await folderFor(database.read, caller, 'uploads.begin', given, CODES)
  const taken = await findByName(database.read, place.folder, name)
  if (taken?.type === 'folder') throw new ApiError(8005, FOLDER_THERE, 'name')
  if (taken && !overwrite) throw new ApiError(8005)
  const upload: UploadRow = {
    id: newSecret(),
    username: caller.username,
    project: place.project,
    parent: place.folder,
    name,
    size: given.size ?? null,
    part_size: choosePartSize(given.part_size, given.size, uploads.UPLOAD),
    md5: given.md5 ?? null,
    overwrite: overwrite ? 1 : 0,
    initiated: Date.now(),
    completing: null,
    touched: null,
  }
  return database.write(async tx => {
    await insertUpload(tx, upload)
    return upload
  })
}
