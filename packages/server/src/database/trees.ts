import { fileHolder } from '../domain/holders.ts'
import type { Queries, Write } from './index.ts'
import type { FileRow } from './schema.ts'

const IDS = 500

/** What is in the folder, in the order of ids, behind `after`. */
export function childrenAfter(db: Queries, folder: string, after: string, limit: number): Promise<FileRow[]> {
  return db
    .selectFrom('files')
    .selectAll()
    .where('parent', '=', folder)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** How many files are directly in the folders, and which folders. */
export async function contentOfFolders(db: Queries, folders: string[]): Promise<{ files: number; folders: string[] }> {
  const within = db.selectFrom('files').where('parent', 'in', folders)
  const { total } = await within
    .where('type', '=', 'file')
    .select(count => count.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  const rows = await within.where('type', '=', 'folder').select('id').execute()
  return { files: Number(total), folders: rows.map(row => row.id) }
}

/** True when the folder is the ancestor, or below it. */
export async function isWithin(db: Queries, folder: string, ancestor: string): Promise<boolean> {
  let at: string | null | undefined = folder
  while (at) {
    if (at === ancestor) return true
    const row: { parent: string | null } | undefined = await db
      .selectFrom('files')
      .select('parent')
      .where('id', '=', at)
      .executeTakeFirst()
    at = row?.parent
  }
  return false
}

export function findFolder(db: Queries, id: string): Promise<FileRow | undefined> {
  return db.selectFrom('files').selectAll().where('id', '=', id).where('type', '=', 'folder').executeTakeFirst()
}

/** Puts files into a folder under the names that they have; what they are found by goes with them. */
export async function moveFiles(tx: Write, ids: string[], to: { parent: string; project: string }): Promise<void> {
  for (let from = 0; from < ids.length; from += IDS) {
    const some = ids.slice(from, from + IDS)
    await tx.updateTable('file_rows').set(to).where('id', 'in', some).execute()
    await tx.updateTable('file_metadata_rows').set({ folder: to.parent }).where('file', 'in', some).execute()
  }
}

/** Removes files and empty folders, and lets go of their contents. */
export async function deleteFiles(tx: Write, ids: string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += IDS) {
    const some = ids.slice(from, from + IDS)
    const holders = some.map(id => fileHolder(id))
    await tx.deleteFrom('file_metadata_rows').where('file', 'in', some).execute()
    await tx.deleteFrom('holders').where('holder', 'in', holders).execute()
    await tx.deleteFrom('markers').where('file', 'in', some).execute()
    await tx.deleteFrom('file_rows').where('id', 'in', some).execute()
  }
}
