import type { uploads } from '@reprise/contract'
import type { Caller } from '../context.ts'
import { findByName, findInProject, insertFile } from '../database/files.ts'
import type { Write } from '../database/index.ts'
import { isReserved, RESERVED } from '../database/pending.ts'
import type { FileRow } from '../database/schema.ts'
import { hasSlotWriters } from '../database/upload-writers.ts'
import {
  beginCompletion,
  deleteUpload,
  endCompletion,
  type FoundUpload,
  findUpload,
  isCompleting,
  listParts,
} from '../database/uploads.ts'
import { fileHolder } from '../domain/holders.ts'
import { ApiError } from '../errors.ts'
import { discardFile } from '../files/edit.ts'
import { newFileId } from '../ids.ts'
import { authorise } from '../rights/authorise.ts'
import { NoDiskSpace } from '../storage/disk-space.ts'
import { FOLDER_THERE } from './begin.ts'
import type { UploadsContext } from './folders.ts'
import { gapIn } from './layout.ts'
import { diskFull, takeReports } from './parts.ts'

/**
 * Makes a file of the parts, in three steps: the parts are looked at and settled in one transaction (from then on none is
 * taken); the bytes enter the storage; a second transaction makes the file and ends the upload. Broken off in between, the
 * upload is still there with all its parts and can be completed again.
 *
 * Nobody writes to what becomes a content: parts on their way are broken off first, those that other servers write are known by
 * their rows (upload-writers.ts), and where there are such, or another has begun to complete the same upload, the bytes are copied.
 */
export function completeUpload(
  context: UploadsContext,
  caller: Caller,
  id: string,
  reports: uploads.PartReport[],
): Promise<FileRow> {
  return context.uploads.alone(id, async () => {
    const { upload, parts, completion } = await context.database.write(tx => settle(tx, caller, id, reports))
    try {
      await context.uploads.breakOff(id)
      const alone = upload.completing === null && !(await hasSlotWriters(context.database.read, id))
      const path = await context.uploads.assemble(id, upload.part_size, parts, alone)
      const content = await context.contents.addFromPath(path)
      const file = await context.database.write(async tx => {
        if (!(await isCompleting(tx, id, completion))) throw new ApiError(8003)
        await deleteUpload(tx, id)
        const taken = await makeRoom(tx, upload)
        if (taken) await discardFile(context, tx, taken.id)
        const row = newFile(upload, content)
        await insertFile(tx, row)
        await context.contents.hold(tx, content, fileHolder(row.id))
        return row
      })
      context.contents.hashLater([content], caller.username)
      await context.uploads.remove(id)
      return file
    } catch (error) {
      await context.database.write(tx => endCompletion(tx, id, completion))
      throw error instanceof NoDiskSpace ? diskFull() : error
    }
  })
}

async function settle(tx: Write, caller: Caller, id: string, reports: uploads.PartReport[]) {
  const upload = authorise('uploads.complete', await findUpload(tx, id, caller.username))
  await takeReports(tx, id, reports)
  const parts = await listParts(tx, id)
  if (parts.length === 0 && upload.size !== 0) throw new ApiError(8007, 'No part was uploaded.', 'parts')
  const gap = gapIn(parts, upload.size)
  if (gap) throw new ApiError(8007, `${gap}.`, 'parts')
  await makeRoom(tx, upload)
  return { upload, parts, completion: await beginCompletion(tx, upload) }
}

/** The file that the new one takes the place of, if there is one and it may. */
async function makeRoom(tx: Write, upload: FoundUpload): Promise<FileRow | undefined> {
  if (!(await findInProject(tx, upload.project, [upload.parent])).has(upload.parent)) {
    throw new ApiError(8004, 'The folder that the file was meant for is gone.', 'parent')
  }
  const taken = await findByName(tx, upload.parent, upload.name)
  if (taken?.type === 'folder') throw new ApiError(8005, FOLDER_THERE, 'name')
  if (taken && !upload.overwrite) throw new ApiError(8005)
  if (!taken && (await isReserved(tx, upload.parent, upload.name))) throw new ApiError(8005, RESERVED, 'name')
  return taken
}

function newFile(upload: FoundUpload, content: { id: string; size: number }): FileRow {
  const now = Date.now()
  return {
    id: newFileId(),
    project: upload.project,
    parent: upload.parent,
    type: 'file',
    name: upload.name,
    content: content.id,
    size: content.size,
    origin_task: null,
    tags: '[]',
    metadata: '{}',
    created: now,
    modified: now,
  }
}
