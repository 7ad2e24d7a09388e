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

/** Begins a completion of the upload; gives its number, which is greater than those of all before. */
export async function beginCompletion(tx: Write, upload: UploadRow): Promise<number> {
  const completing = Math.max(Date.now(), (upload.completing ?? 0) + 1)
  await tx.updateTable('uploads').set({ completing }).where('id', '=', upload.id).execute()
  return completing
}

/** Parts are taken again, unless another completion has begun meanwhile. */
export async function endCompletion(tx: Write, id: string, completing: number): Promise<void> {
  await tx
    .updateTable('uploads')
    .set({ completing: null })
    .where('id', '=', id)
    .where('completing', '=', completing)
    .execute()
}

export async function isCompleting(tx: Write, id: string, completing: number): Promise<boolean> {
  const row = await tx.selectFrom('uploads').select('completing').where('id', '=', id).executeTakeFirst()
  return row?.completing === completing
}

/** False when there was none: it was completed or aborted meanwhile. */
export async function deleteUpload(tx: Write, id: string): Promise<boolean> {
  await tx.deleteFrom('upload_parts').where('upload', '=', id).execute()
  await tx.deleteFrom('upload_writers').where('upload', '=', id).execute()
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
  await tx.updateTable('uploads').set({ touched: Date.now() }).where('id', '=', part.upload).execute()
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
