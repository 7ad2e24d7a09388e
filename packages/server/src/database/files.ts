import type { Queries, Write } from './index.ts'
import { administration, publicity, RIGHTS_COLUMNS, withRights } from './members.ts'
import type { FileRow } from './schema.ts'

/** Of a file whose bytes lie on a volume: which one, and where there. From a left join with `contents`. */
const VOLUME_COLUMNS = ['contents.volume', 'contents.location'] as const

export interface VolumeLocation {
  volume: string | null
  location: string | null
}

/** Files, each with where it lies. */
export async function withVolumeLocations<F extends FileRow>(db: Queries, files: F[]): Promise<(F & VolumeLocation)[]> {
  const ids = files.flatMap(({ content }) => content ?? [])
  const rows = ids.length === 0 ? [] : await volumeLocations(db, ids)
  const places = new Map(rows.map(({ id, ...place }) => [id, place]))
  return files.map(file => ({ ...file, ...(places.get(file.content ?? '') ?? NO_VOLUME) }))
}

const NO_VOLUME: VolumeLocation = { volume: null, location: null }

function volumeLocations(db: Queries, ids: string[]) {
  return db
    .selectFrom('contents')
    .select(['id', 'volume', 'location'])
    .where('id', 'in', ids)
    .where('volume', 'is not', null)
    .execute()
}

/** A file or folder with the user's permissions on its project. */
export async function findFile(db: Queries, id: string, username: string) {
  return withRights(
    await db
      .selectFrom('files')
      .leftJoin('members', join =>
        join.onRef('members.project', '=', 'files.project').on('members.username', '=', username),
      )
      .leftJoin('contents', 'contents.id', 'files.content')
      .selectAll('files')
      .select([...RIGHTS_COLUMNS, ...VOLUME_COLUMNS, administration(username), publicity('files.project')])
      .where('files.id', '=', id)
      .executeTakeFirst(),
  )
}

export type FoundFile = NonNullable<Awaited<ReturnType<typeof findFile>>>

/** Those of the ids that are files or folders of the project. */
export async function findInProject(db: Queries, project: string, ids: string[]): Promise<Map<string, FileRow>> {
  const found = new Map<string, FileRow>()
  for (let from = 0; from < ids.length; from += 1000) {
    const some = ids.slice(from, from + 1000)
    const rows = await db
      .selectFrom('files')
      .selectAll()
      .where('id', 'in', some)
      .where('project', '=', project)
      .execute()
    for (const row of rows) found.set(row.id, row)
  }
  return found
}

export function findByName(db: Queries, parent: string, name: string) {
  return db.selectFrom('files').selectAll().where('parent', '=', parent).where('name', '=', name).executeTakeFirst()
}

/** Those of the names that there are in the folder. */
export async function findByNames(db: Queries, parent: string, names: string[]): Promise<FileRow[]> {
  const found: FileRow[] = []
  for (let from = 0; from < names.length; from += 1000) {
    const some = names.slice(from, from + 1000)
    found.push(
      ...(await db.selectFrom('files').selectAll().where('parent', '=', parent).where('name', 'in', some).execute()),
    )
  }
  return found
}

/** What is in the folder and has a name that begins so; at most `limit`. */
export function findByStart(db: Queries, parent: string, start: string, limit: number): Promise<FileRow[]> {
  return db
    .selectFrom('files')
    .selectAll()
    .where('parent', '=', parent)
    .where('name', '>=', start)
    .where('name', '<', `${start}\uffff`)
    .orderBy('name')
    .limit(limit)
    .execute()
}

/** What is in the folders, by name; at most `limit`. */
export function findChildren(db: Queries, parents: string[], limit: number): Promise<FileRow[]> {
  return db
    .selectFrom('files')
    .selectAll()
    .where('parent', 'in', parents)
    .orderBy('name')
    .orderBy('id')
    .limit(limit)
    .execute()
}

export async function insertFile(tx: Write, file: FileRow): Promise<void> {
  await tx.insertInto('file_rows').values(file).execute()
}

export async function updateFile(tx: Write, id: string, fields: Partial<FileRow>): Promise<void> {
  await tx.updateTable('file_rows').set(fields).where('id', '=', id).execute()
}

/** Writes the rows that files are found by; a folder's files are found in that folder. */
export async function indexMetadata(
  tx: Write,
  file: { id: string; parent: string },
  metadata: { [key: string]: string },
): Promise<void> {
  await tx.deleteFrom('file_metadata_rows').where('file', '=', file.id).execute()
  const rows = Object.entries(metadata).map(([key, value]) => ({ folder: file.parent, key, value, file: file.id }))
  for (let from = 0; from < rows.length; from += 200) {
    await tx
      .insertInto('file_metadata_rows')
      .values(rows.slice(from, from + 200))
      .execute()
  }
}

export async function deleteFile(tx: Write, id: string): Promise<void> {
  await tx.deleteFrom('markers').where('file', '=', id).execute()
  await tx.deleteFrom('file_metadata_rows').where('file', '=', id).execute()
  await tx.deleteFrom('file_rows').where('id', '=', id).execute()
}

/** Files of any project, in no order. */
export async function findByIds(db: Queries, ids: string[]): Promise<FileRow[]> {
  const rows: FileRow[] = []
  for (let from = 0; from < ids.length; from += 500) {
    const some = ids.slice(from, from + 500)
    rows.push(...(await db.selectFrom('files').selectAll().where('id', 'in', some).execute()))
  }
  return rows
}
