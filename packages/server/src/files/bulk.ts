import type { bulk, Call } from '@reprise/contract'
import { recordsFor } from '../bulk/records.ts'
import type { Caller, Context } from '../context.ts'
import type { FileRow } from '../database/schema.ts'
import { ApiError } from '../errors.ts'
import { changeFile, type FileChange, removeFile } from './edit.ts'
import { fileFor } from './find.ts'
import { mergedMetadata, newMetadata } from './metadata.ts'
import { fileName } from './names.ts'
import { renderFile } from './render.ts'

export function getFiles(context: Context, caller: Caller, ids: string[], base: string) {
  return recordsFor(ids, base, async id => renderFile(await fileFor(context, caller, 'files.get', named(id)), base))
}

/** Deletes them; the records show them as they were. */
export function deleteFiles(context: Context, caller: Caller, ids: string[], base: string) {
  return recordsFor(ids, base, async id =>
    renderFile(await removeFile(context, caller, 'files.delete', named(id)), base),
  )
}

/** Merges what is given into each file. */
export function editFiles(context: Context, caller: Caller, items: bulk.FileChange[], base: string) {
  return recordsFor(items, base, async item =>
    renderFile(
      await change(context, caller, item, (before, { metadata, tags }) => ({
        ...(metadata ? { metadata: mergedMetadata(JSON.parse(before.metadata), metadata) } : {}),
        ...(tags ? { tags } : {}),
      })),
      base,
    ),
  )
}

/** Replaces metadata and tags of each file; what is not given is empty then. A name that is not given stays. */
export function updateFiles(context: Context, caller: Caller, items: bulk.FileChange[], base: string) {
  return recordsFor(items, base, async item =>
    renderFile(
      await change(context, caller, item, (_, { metadata, tags }) => ({
        metadata: newMetadata(metadata ?? {}),
        tags: tags ?? [],
      })),
      base,
    ),
  )
}

async function change(
  context: Context,
  caller: Caller,
  item: bulk.FileChange,
  decide: (before: FileRow, given: bulk.FileChange) => FileChange,
): Promise<FileRow> {
  const call: Call = 'files.edit'
  const id = named(item.file_id ?? item.id)
  const { name, metadata, tags } = item
  const before = await fileFor(context, caller, call, id)
  if (before.type === 'folder') {
    if (metadata) throw new ApiError(5025)
    if (tags) throw new ApiError(5027)
    if (name !== undefined) throw new ApiError(5023)
    return before
  }
  const said = decide(before, item)
  if (name === undefined && Object.keys(said).length === 0) return before
  return changeFile(context, caller, call, id, file => ({
    ...decide(file, item),
    ...(name === undefined ? {} : { name: fileName(name, 5024) }),
  }))
}

function named(id: string | undefined): string {
  if (!id) throw new ApiError(5004, undefined, 'id')
  return id
}
