import type { Queries, Write } from './index.ts'
import { administration, RIGHTS_COLUMNS, withRights } from './members.ts'
import type { UploadPartRow, UploadRow } from './schema.ts'

/** An upload that the user began, with their permissions on its project. */
export async function findUpload(db: Queries, id: string, username: string) {
  return withRights(
    await db
      .selectFrom('uploads')
      .leftJoin('members', join =>
        join.onRef('members.project', '=', 'uploads.project').on('members.username', '=', username),
      )
      .selectAll('uploads')
      .select([...RIGHTS_COLUMNS, administration(username)])
      .where('uploads.id', '=', id)
      .where('uploads.username', '=', username)
      .executeTakeFirst(),
  )
}

export type FoundUpload = NonNullable<Awaited<ReturnType<typeof findUpload>>>

/** The user's uploads on their way, the oldest first. */
export async function listUploads(db: Queries, username: string, page: { limit: number; offset: number }) {
  const query = db.selectFrom('uploads').where('username', '=', username)
  const { total } = await query.select(count => count.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await query
    .selectAll()
    .orderBy('initiated')
    .orderBy('id')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return { total: Number(total), rows }
}

export async function uploadIds(db: Queries): Promise<Set<string>> {
  const rows = await db.selectFrom('uploads').select('id').execute()
  return new Set(rows.map(row => row.id))
}

export async function insertUpload(tx: Write, upload: UploadRow): Promise<void> {
  await tx.insertInto('uploads').values(upload).execute()
}

export async function setCompleting(tx: Write, id: string, completing: number | null): Promise<void> {
  await tx.updateTable('uploads').set({ completing }).where('id', '=', id).execute()
}

/** False when there was none: it was completed or aborted meanwhile. */
export async function deleteUpload(tx: Write, id: string): Promise<boolean> {
  await tx.deleteFrom('upload_parts').where('upload', '=', id).execute()
  const { numDeletedRows } = await tx.deleteFrom('uploads').where('id', '=', id).executeTakeFirst()
  return numDeletedRows > 0n
}

/** In the order of their numbers. */
export function listParts(db: Queries, upload: string): Promise<UploadPartRow[]> {
  return db.selectFrom('upload_parts').selectAll().where('upload', '=', upload).orderBy('number').execute()
}

export async function countParts(db: Queries, upload: string): Promise<number> {
  const { total } = await db
    .selectFrom('upload_parts')
    .select(count => count.fn.countAll<number>().as('total'))
    .where('upload', '=', upload)
    .where('reported', '=', 1)
    .executeTakeFirstOrThrow()
  return Number(total)
}

export function findPart(db: Queries, upload: string, number: number) {
  return db
    .selectFrom('upload_parts')
    .selectAll()
    .where('upload', '=', upload)
    .where('number', '=', number)
    .executeTakeFirst()
}

export async function insertPart(tx: Write, part: UploadPartRow): Promise<void> {
  await deletePart(tx, part.upload, part.number)
  await tx.insertInto('upload_parts').values(part).execute()
}

export async function deletePart(tx: Write, upload: string, number: number): Promise<void> {
  await tx.deleteFrom('upload_parts').where('upload', '=', upload).where('number', '=', number).execute()
}

export async function setReported(tx: Write, upload: string, numbers: number[]): Promise<void> {
  await tx
    .updateTable('upload_parts')
    .set({ reported: 1 })
    .where('upload', '=', upload)
    .where('number', 'in', numbers)
    .execute()
}
