import type { Queries, Write } from './index.ts'
import type { FileMetadataRow, FileRow } from './schema.ts'

const ROWS = 200

/** @param pending the task with which they are to be seen (pending.ts); null: at once */
export async function insertFiles(tx: Write, files: FileRow[], pending: string | null = null): Promise<void> {
  for (let from = 0; from < files.length; from += ROWS) {
    await tx
      .insertInto('file_rows')
      .values(files.slice(from, from + ROWS).map(file => ({ ...file, pending })))
      .execute()
  }
}

/**
 * Writes the rows that new files are found by.
 * @param pending as of the files
 */
export async function insertMetadata(tx: Write, rows: FileMetadataRow[], pending: string | null = null): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS) {
    await tx
      .insertInto('file_metadata_rows')
      .values(rows.slice(from, from + ROWS).map(row => ({ ...row, pending })))
      .execute()
  }
}

/** The folder, or the project's root should it be gone. */
export async function folderOrRoot(queries: Queries, folder: string, project: string): Promise<string> {
  const found = await queries
    .selectFrom('files')
    .select('id')
    .where('id', '=', folder)
    .where('type', '=', 'folder')
    .executeTakeFirst()
  if (found) return found.id
  const row = await queries
    .selectFrom('projects')
    .select('root_folder')
    .where('id', '=', project)
    .executeTakeFirstOrThrow()
  return row.root_folder
}

/** The folder of this name in another one, if there is one. */
export async function findFolder(queries: Queries, parent: string, name: string): Promise<string | undefined> {
  const row = await queries
    .selectFrom('files')
    .select('id')
    .where('parent', '=', parent)
    .where('name', '=', name)
    .where('type', '=', 'folder')
    .executeTakeFirst()
  return row?.id
}
