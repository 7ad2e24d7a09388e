/**
 * What the sweeper (sweep/sweeper.ts) asks of the rows. A content that has no holder is condemned; one that still has none after
 * a while is gone: its bytes may be removed, its row and hash stay. Whoever adds a holder meanwhile takes the condemnation back
 * (contents.ts), so both look at holders and write in one transaction.
 */

import { type ExpressionBuilder, sql } from 'kysely'
import { type HolderKind, heldFor, holdersOfKind, isHolder, jobsHolder, taskHolder } from '../domain/holders.ts'
import type { Queries, Write } from './index.ts'
import type { Schema } from './schema.ts'

/** Bytes of contents by what becomes of them. */
export interface HeldBytes {
  held: number
  condemned: number
}

export interface ScannedContents extends HeldBytes {
  /** contents that nobody holds and nobody has condemned */
  loose: string[]
  /** the last id that was looked at; undefined at the end */
  last: string | undefined
}

const isHeld = (of: ExpressionBuilder<Schema, 'contents'>) =>
  of.exists(of.selectFrom('holders').select(sql.lit(1).as('one')).whereRef('holders.content', '=', 'contents.id'))

/** Looks at the contents after the id `after`, in the order of ids. */
export async function scanContents(db: Queries, after: string, limit: number): Promise<ScannedContents> {
  const rows = await db
    .selectFrom('contents')
    .select(of => ['id', 'size', 'condemned', 'gone', of.case().when(isHeld(of)).then(1).else(0).end().as('held')])
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
  const seen: ScannedContents = {
    held: 0,
    condemned: 0,
    loose: [],
    last: rows.length < limit ? undefined : rows.at(-1)?.id,
  }
  for (const { id, size, condemned, gone, held } of rows) {
    if (gone !== null) continue
    seen[condemned === null ? 'held' : 'condemned'] += Number(size)
    if (!held && condemned === null) seen.loose.push(id)
  }
  return seen
}

const HOUR = 3_600_000
/** Looks at who holds the inputs of tasks: tasks that were removed, or came to be drafts after all, need none (hold-first.ts). */
export async function scanTaskHolders(db: Queries, after: string, limit: number): Promise<MakersDue> {
  const rows = await holdersAfter(db, 'task', after, limit)
  if (rows.length === 0) return { due: [], last: undefined }
  const ids = rows.map(heldFor)
  const tasks = await db
    .selectFrom('tasks')
    .select(['id'])
    .where('id', 'in', ids)
    .where('status', '<>', 'DRAFT')
    .execute()
  const needed = new Set(tasks.map(({ id }) => taskHolder(id)))
  return { due: rows.filter(holder => !needed.has(holder)), last: rows.length < limit ? undefined : rows.at(-1)! }
}

async function holdersAfter(db: Queries, kind: HolderKind, after: string, limit: number): Promise<string[]> {
  const all = holdersOfKind(kind)
  const rows = await db
    .selectFrom('holders')
    .select('holder')
    .distinct()
    .where('holder', '>', after === '' ? all.after : after)
    .where('holder', '<', all.before)
    .orderBy('holder')
    .limit(limit)
    .execute()
  return rows.map(row => row.holder)
}

export interface MakersDue {
  /** holders of what is not needed any more */
  due: string[]
  /** the last one that was looked at; undefined at the end */
  last: string | undefined
}

/**
 * Looks at who holds what the jobs of tasks made, after the holder `after`. They let go when the task ended longer ago than its
 * project keeps intermediate files, or is not there any more. What became files is held by these, too.
 */
export async function scanMakerHolders(db: Queries, after: string, limit: number): Promise<MakersDue> {
  const rows = await holdersAfter(db, 'jobs', after, limit)
  if (rows.length === 0) return { due: [], last: undefined }
  const tasks = await db
    .selectFrom('tasks')
    .innerJoin('projects', 'projects.id', 'tasks.project')
    .select(['tasks.id', 'tasks.ended', 'projects.settings'])
    .where('tasks.id', 'in', rows.map(heldFor))
    .execute()
  const until = new Map(tasks.map(task => [jobsHolder(task.id), endOfRetention(task)]))
  const due = rows.filter(holder => (until.get(holder) ?? 0) < Date.now())
  return { due, last: rows.length < limit ? undefined : rows.at(-1)! }
}

/** When what a task made may go. `settings` as projects/settings.ts writes them; while the task has not ended, never. */
export function endOfRetention({ ended, settings }: { ended: number | null; settings: string }): number {
  if (ended === null) return Number.POSITIVE_INFINITY
  return ended + JSON.parse(settings).intermediate_files.duration * HOUR
}

/** Lets the holder go from up to `limit` contents; gives from how many. */
export async function dropHolder(tx: Write, holder: string, limit: number): Promise<number> {
  if (await holdsForTask(tx, holder)) return 0
  const some = tx.selectFrom('holders').select('content').where('holder', '=', holder).limit(limit)
  const { numDeletedRows } = await tx
    .deleteFrom('holders')
    .where('holder', '=', holder)
    .where('content', 'in', some)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Whether it has become a task's since it was looked at. */
async function holdsForTask(tx: Write, holder: string): Promise<boolean> {
  if (!isHolder('task', holder)) return false
  const row = await tx.selectFrom('tasks').select('status').where('id', '=', heldFor(holder)).executeTakeFirst()
  return row !== undefined && row.status !== 'DRAFT'
}

/** Of these contents, those that nobody holds are condemned. */
export async function condemn(tx: Write, ids: string[]): Promise<void> {
  await tx
    .updateTable('contents')
    .set({ condemned: Date.now() })
    .where('id', 'in', ids)
    .where('condemned', 'is', null)
    .where(of => of.not(isHeld(of)))
    .execute()
}

/**
 * Contents that were condemned before a time and have not gone, the first condemned first; `unhashed`: of the store, and nobody has
 * computed its hash yet.
 */
export async function listCondemned(db: Queries, before: number, limit: number) {
  const rows = await db
    .selectFrom('contents')
    .select(['id', 'sha256', 'volume'])
    .where('condemned', '<', before)
    .where('gone', 'is', null)
    .orderBy('condemned')
    .limit(limit)
    .execute()
  return rows.map(({ id, sha256, volume }) => ({ id, unhashed: sha256 === null && volume === null }))
}

export interface RemovedContents {
  id: string
  size: number
  /** its bytes lie in the store, and not in the row or on a volume */
  inStore: boolean
}

/** Looks at condemned contents again: those that nobody holds have gone from now on, the others are as before. */
export async function markRemoved(tx: Write, ids: string[]): Promise<RemovedContents[]> {
  const rows = await tx
    .selectFrom('contents')
    .select(of => ['id', 'size', 'volume', of('bytes', 'is', null).as('away')])
    .where('id', 'in', ids)
    .where('condemned', 'is not', null)
    .where('gone', 'is', null)
    .where(of => of.not(isHeld(of)))
    .execute()
  const going = rows.map(row => row.id)
  if (going.length > 0) {
    await tx.updateTable('contents').set({ gone: Date.now(), bytes: null }).where('id', 'in', going).execute()
  }
  const held = ids.filter(id => !going.includes(id))
  if (held.length > 0) {
    await tx
      .updateTable('contents')
      .set({ condemned: null })
      .where('id', 'in', held)
      .where('gone', 'is', null)
      .execute()
  }
  return rows.map(row => ({ id: row.id, size: Number(row.size), inStore: row.volume === null && Boolean(row.away) }))
}

/** Of these ids, those of contents whose bytes are to be in the store. */
export async function inStore(db: Queries, ids: string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('contents')
    .select('id')
    .where('id', 'in', ids)
    .where('gone', 'is', null)
    .where('volume', 'is', null)
    .where('bytes', 'is', null)
    .execute()
  return new Set(rows.map(row => row.id))
}

/** Contents after the id `after` whose bytes are to be in the store, in the order of ids. */
export async function listInStore(db: Queries, after: string, limit: number): Promise<{ id: string; size: number }[]> {
  const rows = await db
    .selectFrom('contents')
    .select(['id', 'size'])
    .where('id', '>', after)
    .where('gone', 'is', null)
    .where('volume', 'is', null)
    .where('bytes', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(row => ({ id: row.id, size: Number(row.size) }))
}

/** Who holds a content, for a message. */
export async function holdersOf(db: Queries, content: string): Promise<string[]> {
  const rows = await db.selectFrom('holders').select('holder').where('content', '=', content).limit(10).execute()
  return rows.map(row => row.holder)
}

/** Uploads that got no part since a time, nor were begun after it. */
export async function listExpiredUploads(db: Queries, before: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('uploads')
    .select('id')
    .where(of => of.fn.coalesce('touched', 'initiated'), '<', before)
    .limit(limit)
    .execute()
  return rows.map(row => row.id)
}

/** Ends the upload if it is still as old; says whether it did. */
export async function expireUpload(tx: Write, id: string, before: number): Promise<boolean> {
  const row = await tx.selectFrom('uploads').select(['touched', 'initiated']).where('id', '=', id).executeTakeFirst()
  return row !== undefined && (row.touched ?? row.initiated) < before
}
