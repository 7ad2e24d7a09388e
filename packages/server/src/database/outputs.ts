import type { Queries, Write } from './index.ts'
import type { FileMetadataRow, FileRow } from './schema.ts'

const ROWS = 200
const NAMES = 500

/** Which of the names exist in the folder. */
export async function existingNames(queries: Queries, folder: string, names: string[]): Promise<string[]> {
  const existing: string[] = []
  for (let from = 0; from < names.length; from += NAMES) {
    const rows = await queries
      .selectFrom('files')
      .select('name')
      .where('parent', '=', folder)
      .where('name', 'in', names.slice(from, from + NAMES))
      .execute()
    existing.push(...rows.map(row => row.name))
  }
  return existing
}

export async function insertFiles(tx: Write, files: FileRow[]): Promise<void> {
  for (let from = 0; from < files.length; from += ROWS) {
    await tx
      .insertInto('files')
      .values(files.slice(from, from + ROWS))
      .execute()
  }
}

/** Writes the rows that new files are found by. */
export async function insertMetadata(tx: Write, rows: FileMetadataRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS) {
    await tx
      .insertInto('file_metadata')
      .values(rows.slice(from, from + ROWS))
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
