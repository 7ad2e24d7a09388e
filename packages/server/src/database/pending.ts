/**
 * Rows of files that are not to be seen yet. A task's outputs may be any number of files, and no transaction writes that many
 * rows:
 *
 *   1. they are written some at a time, `pending` with the task's id. Each has its name from then on;
 *   2. the transaction that completes the task writes one row of `published`, which makes all of them visible at once;
 *   3. they cease to be pending, some at a time, and at last that row goes.
 *
 * Whatever is broken off goes on: a task that is still on its way begins by discarding what it wrote before; a pending row of a
 * task that has ended is one that `published` shows, or nobody ever will, and is discarded. Queries read the views `files` and
 * `file_metadata`, which have what is to be seen. Here alone is what must know of the others: who has a name, what a folder holds.
 */
import { sql } from 'kysely'
import { ACTIVE } from '../domain/task-states.ts'
import { findByName } from './files.ts'
import type { Database, Queries, Write } from './index.ts'
import { deleteFiles } from './trees.ts'

/** Rows that one transaction changes. */
const ROWS = 500
/** Files in one: each has a holder, and may have other rows. */
const FILES = 200
const NAMES = 500

/** Which of the names are taken in the folder. */
export async function existingNames(queries: Queries, folder: string, names: string[]): Promise<string[]> {
  const existing: string[] = []
  for (let from = 0; from < names.length; from += NAMES) {
    const rows = await queries
      .selectFrom('file_rows')
      .select('name')
      .where('parent', '=', folder)
      .where('name', 'in', names.slice(from, from + NAMES))
      .execute()
    existing.push(...rows.map(row => row.name))
  }
  return existing
}

/** Whether something that is not to be seen yet has the name, which nobody can be shown. */
export async function isReserved(db: Queries, folder: string, name: string): Promise<boolean> {
  if ((await existingNames(db, folder, [name])).length === 0) return false
  return (await findByName(db, folder, name)) === undefined
}

/** Said where a name is reserved. */
export const RESERVED = 'A task is about to put a file of this name there.'

/** Whether there is anything in the folder, seen or not. */
export async function hasChildren(db: Queries, folder: string): Promise<boolean> {
  const row = await db.selectFrom('file_rows').select('id').where('parent', '=', folder).limit(1).executeTakeFirst()
  return row !== undefined
}

/** How many files lie on the volume. */
export async function countAliases(db: Queries, volume: string): Promise<number> {
  const { total } = await db
    .selectFrom('contents')
    .innerJoin('file_rows', 'file_rows.content', 'contents.id')
    .select(count => count.fn.countAll<number>().as('total'))
    .where('contents.volume', '=', volume)
    .executeTakeFirstOrThrow()
  return Number(total)
}

/** Shows all that is pending of a task: to be called in the transaction that completes it. */
export async function showPending(tx: Write, task: string): Promise<void> {
  await tx.insertInto('published').values({ task, created: Date.now() }).execute()
}

export async function hasPending(db: Queries, task: string): Promise<boolean> {
  for (const table of ['file_rows', 'file_metadata_rows'] as const) {
    if (await db.selectFrom(table).select('pending').where('pending', '=', task).limit(1).executeTakeFirst())
      return true
  }
  return false
}

/**
 * Brings what is pending of a task some rows nearer to its end: of a completed one it ceases to be pending, of one that ended
 * otherwise it is discarded, and a task that is on its way keeps it. False when there is nothing more to do.
 */
export async function settlePending(tx: Write, task: string): Promise<boolean> {
  if (await isPublished(tx, task)) return await clearSome(tx, task)
  const row = await tx.selectFrom('tasks').select('status').where('id', '=', task).executeTakeFirst()
  if (ACTIVE.some(status => status === row?.status)) return false
  return await discardPendingRows(tx, task)
}

/** Tasks that have rows to be settled. */
export async function listPending(db: Queries): Promise<string[]> {
  const rows = await db
    .selectFrom('file_rows')
    .select('pending')
    .distinct()
    .where('pending', 'is not', null)
    .union(db.selectFrom('file_metadata_rows').select('pending').distinct().where('pending', 'is not', null))
    .union(db.selectFrom('published').select('task as pending'))
    .execute()
  return rows.flatMap(({ pending }) => pending ?? [])
}

/** What completed becomes plain rows. Nobody waits for it: it is to be seen already. */
export async function clearPending(database: Database, task: string): Promise<void> {
  while (await database.write(tx => settlePending(tx, task)));
}

async function isPublished(db: Queries, task: string): Promise<boolean> {
  return (await db.selectFrom('published').select('task').where('task', '=', task).executeTakeFirst()) !== undefined
}

async function clearSome(tx: Write, task: string): Promise<boolean> {
  const files = sql`update file_rows set pending = null
    where id in (select id from file_rows where pending = ${task} limit ${sql.lit(ROWS)})`
  if ((await files.execute(tx)).numAffectedRows) return true
  const metadata = sql`update file_metadata_rows set pending = null where ${someMetadata(task)}`
  if ((await metadata.execute(tx)).numAffectedRows) return true
  await tx.deleteFrom('published').where('task', '=', task).execute()
  return false
}

/** Removes some of what is pending of a task that nobody will see. False when there was none. */
export async function discardPendingRows(tx: Write, task: string): Promise<boolean> {
  if (await isPublished(tx, task)) return false
  const metadata = sql`delete from file_metadata_rows where ${someMetadata(task)}`
  if ((await metadata.execute(tx)).numAffectedRows) return true
  const rows = await tx.selectFrom('file_rows').select('id').where('pending', '=', task).limit(FILES).execute()
  await deleteFiles(
    tx,
    rows.map(row => row.id),
  )
  return rows.length > 0
}

function someMetadata(task: string) {
  return sql`(file, key) in
    (select file, key from file_metadata_rows where pending = ${task} limit ${sql.lit(ROWS)})`
}
