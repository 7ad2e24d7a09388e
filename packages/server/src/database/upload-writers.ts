/**
 * Who writes a part of an upload at this moment: a row for each, from before its first byte until its last. With several servers
 * on one database it is the only thing that they all see.
 *
 *   slot      it writes into the part's slot of the upload's one file. At most one writer of a part ever has that: another that
 *             comes meanwhile writes a file of its own
 *   current   no other has begun with the same part after it: it alone can make the part
 *
 * A row whose process has died stays. Then the slot is never written by another, and the file of the upload is never taken as
 * it is, since nobody can know that no one writes to it any more: it is copied.
 */
import type { Queries, Write } from './index.ts'
import type { UploadPartRow } from './schema.ts'
import { deletePart, insertPart } from './uploads.ts'

export interface Writer {
  upload: string
  number: number
  writer: string
}

/** The part is gone until this writer has ended; gives whether it writes into the slot. */
export async function beginWriter(tx: Write, writer: Writer): Promise<boolean> {
  const { upload, number } = writer
  await deletePart(tx, upload, number)
  const others = await of(tx, upload).where('number', '=', number).execute()
  await tx
    .updateTable('upload_writers')
    .set({ current: 0 })
    .where('upload', '=', upload)
    .where('number', '=', number)
    .execute()
  const slot = !others.some(other => other.slot)
  await tx
    .insertInto('upload_writers')
    .values({ ...writer, slot: slot ? 1 : 0, current: 1 })
    .execute()
  return slot
}

/** Its bytes are there: makes the part of them. False when another has begun meanwhile, and the part is not made. */
export async function endWriter(tx: Write, { writer, ...part }: UploadPartRow & Writer): Promise<boolean> {
  const { upload, number } = part
  const row = await of(tx, upload).where('number', '=', number).where('writer', '=', writer).executeTakeFirst()
  await removeWriter(tx, { upload, number, writer })
  if (!row?.current) return false
  await insertPart(tx, part)
  return true
}

/** It has stopped writing, and its bytes are no part. */
export async function removeWriter(tx: Write, { upload, number, writer }: Writer): Promise<void> {
  await tx
    .deleteFrom('upload_writers')
    .where('upload', '=', upload)
    .where('number', '=', number)
    .where('writer', '=', writer)
    .execute()
}

/** Whether anybody may still write into the upload's one file. */
export async function hasSlotWriters(db: Queries, upload: string): Promise<boolean> {
  return (await of(db, upload).where('slot', '=', 1).limit(1).execute()).length > 0
}

/** For a server that has the database alone, at its start: whoever wrote is dead. */
export async function forgetWriters(tx: Write): Promise<void> {
  await tx.deleteFrom('upload_writers').execute()
}

const of = (db: Queries, upload: string) =>
  db.selectFrom('upload_writers').select(['slot', 'current']).where('upload', '=', upload)
