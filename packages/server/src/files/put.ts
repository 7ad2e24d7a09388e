import { insertHolders } from '../database/contents.ts'
import { updateFile } from '../database/files.ts'
import type { Write } from '../database/index.ts'
import { insertFiles, insertMetadata } from '../database/outputs.ts'
import type { FileRow } from '../database/schema.ts'
import { moveFiles } from '../database/trees.ts'
import { fileHolder } from '../domain/holders.ts'
import { newFileId } from '../ids.ts'
import type { Destination } from './destination.ts'

/** A file and the name that it gets. */
export interface Named {
  file: FileRow
  name: string
}

/**
 * Copies of files, in a folder, under names that are free there; metadata, tags and the task that made them are kept. The
 * content is shared: each copy is one more holder of it, and no byte is copied.
 */
export async function copyInto(tx: Write, { folder, project }: Destination, files: Named[]): Promise<FileRow[]> {
  const now = Date.now()
  const rows = files.map(({ file, name }) => ({
    ...fileRowOf(file),
    id: newFileId(),
    parent: folder,
    project,
    name,
    created: now,
    modified: now,
  }))
  await insertFiles(tx, rows)
  const holders = rows.flatMap(({ id, content }) => (content ? [{ content, holder: fileHolder(id), until: null }] : []))
  await insertHolders(tx, holders)
  await insertMetadata(
    tx,
    rows.flatMap(({ id, metadata }) =>
      Object.entries(JSON.parse(metadata) as { [key: string]: string }).map(([key, value]) => ({
        folder,
        key,
        value,
        file: id,
      })),
    ),
  )
  return rows
}

/** Moves files into a folder, under names that are free there; their ids stay. */
export async function moveInto(tx: Write, { folder, project }: Destination, files: Named[]): Promise<FileRow[]> {
  const renamed = files.filter(({ file, name }) => file.name !== name)
  const kept = files.filter(({ file, name }) => file.name === name)
  await moveFiles(
    tx,
    kept.map(({ file }) => file.id),
    { parent: folder, project },
  )
  // one after the other, name and place in one statement: there is no moment with a name that is taken
  for (const { file, name } of renamed) {
    await updateFile(tx, file.id, { name, parent: folder, project })
    await moveFiles(tx, [file.id], { parent: folder, project })
  }
  return files.map(({ file, name }) => ({ ...fileRowOf(file), name, parent: folder, project }))
}

/** A new folder. */
export async function makeFolder(tx: Write, { folder, project }: Destination, name: string): Promise<FileRow> {
  const now = Date.now()
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
  await insertFiles(tx, [row])
  return row
}

/** The row as it lies in its table, without what a join added. */
export function fileRowOf<T extends FileRow>(file: T): FileRow {
  const { id, project, parent, type, name, content, size, origin_task, tags, metadata, created, modified } = file
  return { id, project, parent, type, name, content, size, origin_task, tags, metadata, created, modified }
}
