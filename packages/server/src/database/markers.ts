import { findFile } from './files.ts'
import type { Queries, Write } from './index.ts'
import type { MarkerRow } from './schema.ts'

/** A marker with the user's permissions on its file; another user's private one is not there. */
export async function findMarker(db: Queries, id: string, username: string) {
  const marker = await db
    .selectFrom('markers')
    .selectAll()
    .where('id', '=', id)
    .where(seen => seen.or([seen('private', '=', 0), seen('created_by', '=', username)]))
    .executeTakeFirst()
  if (!marker) return undefined
  return { ...marker, rights: (await findFile(db, marker.file, username))?.rights }
}

/** Markers of a file that the user may see, the oldest first. */
export async function listMarkers(
  db: Queries,
  file: string,
  username: string,
  page: { limit: number; offset: number },
): Promise<{ total: number; rows: MarkerRow[] }> {
  const query = db
    .selectFrom('markers')
    .where('file', '=', file)
    .where(seen => seen.or([seen('private', '=', 0), seen('created_by', '=', username)]))
  const { total } = await query.select(count => count.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await query.selectAll().orderBy('id').limit(page.limit).offset(page.offset).execute()
  return { total: Number(total), rows }
}

export async function insertMarker(tx: Write, marker: MarkerRow): Promise<void> {
  await tx.insertInto('markers').values(marker).execute()
}

export async function updateMarker(tx: Write, id: string, fields: Partial<MarkerRow>): Promise<void> {
  await tx.updateTable('markers').set(fields).where('id', '=', id).execute()
}

export async function deleteMarker(tx: Write, id: string): Promise<void> {
  await tx.deleteFrom('markers').where('id', '=', id).execute()
}
