import type { Call, ErrorCode, files } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import { isUniqueViolation } from '../database/errors.ts'
import { deleteFile, type FoundFile, findFile, indexMetadata, insertFile, updateFile } from '../database/files.ts'
import type { Write } from '../database/index.ts'
import { hasChildren } from '../database/pending.ts'
import type { FileRow } from '../database/schema.ts'
import { fileHolder } from '../domain/holders.ts'
import { ApiError } from '../errors.ts'
import { newFileId } from '../ids.ts'
import { authorise } from '../rights/authorise.ts'
import { type FolderCodes, folderFor } from './find.ts'
import { type Metadata, mergedMetadata, newMetadata } from './metadata.ts'
import { fileName, folderName } from './names.ts'

const CODES: FolderCodes = { neither: 5029, both: 5031, malformed: 5005, missing: 5026, notFolder: 5022 }

/** Makes a folder in a project's root or in another folder. */
export async function createFolder({ database }: Context, caller: Caller, given: files.CreateFolder): Promise<FileRow> {
  if (given.type?.toLowerCase() !== 'folder') throw new ApiError(5012, undefined, 'type')
  const name = folderName(given.name)
  const now = Date.now()
  return withConflictCode(5030, () =>
    database.write(async tx => {
      const { folder, project } = await folderFor(tx, caller, 'files.createFolder', given, CODES)
      const row: FileRow = {
        id: newFileId(),
        project,
        parent: folder,
        type: 'folder',
        name,
        content: null,
        size: null,
        origin_task: null,
        tags: '[]',
        metadata: '{}',
        created: now,
        modified: now,
      }
      await insertFile(tx, row)
      return row
    }),
  )
}

/** Renames, replaces metadata or tags: what is given. */
export function editFile(context: Context, caller: Caller, id: string, given: files.EditFile): Promise<FileRow> {
  return changeFile(context, caller, 'files.edit', id, file => {
    if (file.type === 'folder') {
      if (given.metadata) throw new ApiError(5025)
      if (given.tags) throw new ApiError(5027)
      if (given.name !== undefined) throw new ApiError(5023)
    }
    return {
      ...(given.name === undefined ? {} : { name: fileName(given.name, 5024) }),
      ...(given.metadata ? { metadata: newMetadata(given.metadata) } : {}),
      ...(given.tags ? { tags: given.tags } : {}),
    }
  })
}

type Given = { [key: string]: unknown }

/** Merges into the metadata; gives all of them. */
export function editMetadata(context: Context, caller: Caller, id: string, given: Given): Promise<Metadata> {
  const merged = (before: Metadata) => mergedMetadata(before, given)
  return changeMetadata(context, caller, 'files.editMetadata', id, merged)
}

/** Puts other metadata in place of all; gives them. */
export function replaceMetadata(context: Context, caller: Caller, id: string, given: Given): Promise<Metadata> {
  return changeMetadata(context, caller, 'files.replaceMetadata', id, () => newMetadata(given))
}

async function changeMetadata(
  context: Context,
  caller: Caller,
  call: Call,
  id: string,
  changed: (before: Metadata) => Metadata,
): Promise<Metadata> {
  const file = await changeFile(context, caller, call, id, before => {
    if (before.type === 'folder') throw new ApiError(5025)
    return { metadata: changed(JSON.parse(before.metadata)) }
  })
  return JSON.parse(file.metadata)
}

export async function replaceTags(context: Context, caller: Caller, id: string, tags: string[]): Promise<string[]> {
  await changeFile(context, caller, 'files.replaceTags', id, file => {
    if (file.type === 'folder') throw new ApiError(5027)
    return { tags }
  })
  return tags
}

export interface FileChange {
  name?: string
  metadata?: Metadata
  tags?: string[]
}

/** Changes what `decide` says of a file that the caller may use for this call. */
export async function changeFile(
  { database }: Context,
  caller: Caller,
  call: Call,
  id: string,
  decide: (file: FoundFile) => FileChange,
): Promise<FileRow> {
  return withConflictCode(5003, () =>
    database.write(async tx => {
      const file = authorise(call, await findFile(tx, id, caller.username))
      const { name, metadata, tags } = decide(file)
      const fields = {
        ...(name === undefined ? {} : { name }),
        ...(metadata === undefined ? {} : { metadata: JSON.stringify(metadata) }),
        ...(tags === undefined ? {} : { tags: JSON.stringify(tags) }),
        modified: Date.now(),
      }
      await updateFile(tx, id, fields)
      if (metadata) await indexMetadata(tx, { id, parent: file.parent ?? '' }, metadata)
      return { ...file, ...fields }
    }),
  )
}

/** Removes a file, or a folder that is empty and no project's root; gives it as it was. */
export async function removeFile(context: Context, caller: Caller, call: Call, id: string): Promise<FileRow> {
  return context.database.write(async tx => {
    const file = authorise(call, await findFile(tx, id, caller.username))
    if (file.type === 'folder' && file.parent === null) {
      throw new ApiError(5021, 'The root folder of a project is not deleted.')
    }
    if (file.type === 'folder' && (await hasChildren(tx, id))) throw new ApiError(5021)
    await discardFile(context, tx, id)
    return file
  })
}

/** Removes a file's row and lets go of its content. */
export async function discardFile({ contents }: Context, tx: Write, id: string): Promise<void> {
  await deleteFile(tx, id)
  await contents.release(tx, fileHolder(id))
}

/** What the body writes, its breach of unique names told by the code. */
export async function withConflictCode<T>(code: ErrorCode, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    throw isUniqueViolation(error) ? new ApiError(code) : error
  }
}
