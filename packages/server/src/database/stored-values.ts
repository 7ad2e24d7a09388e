/**
 * What the sweeper asks about stored values. Rows refer to them by hash, from several columns, and no value knows who does: so all
 * that is referred to is gone through, and a filter of bits remembers it, at the price of keeping a few values that it takes for
 * others. A value that nothing refers to is condemned, and goes when that is so a while later too; whoever stores it again
 * meanwhile takes the condemnation back (values.ts), in the same transaction in which rows come to refer to it. Who refers to a
 * value without storing it does so because another row does at that time, and has long committed when a while has passed.
 */
import { sql } from 'kysely'
import type { Queries, Write } from './index.ts'

/** Bits of the filter, as a power of two: 8 MiB, in which five million values leave one of two hundred others in doubt. */
const BITS = 26
const LOOKS = 4

/** Hashes that were added, and by chance a few others. Hashes are as good as random: parts of one are its places. */
export class HashFilter {
  readonly #bits = new Uint8Array(2 ** (BITS - 3))

  add(hash: string): void {
    for (const place of bitsOf(hash)) this.#bits[place >>> 3]! |= 1 << (place & 7)
  }

  has(hash: string): boolean {
    return bitsOf(hash).every(place => (this.#bits[place >>> 3]! & (1 << (place & 7))) !== 0)
  }
}

function bitsOf(hash: string): number[] {
  return Array.from({ length: LOOKS }, (_, n) => Number.parseInt(hash.slice(n * 8, n * 8 + 8), 16) >>> (32 - BITS))
}

type Page = { hashes: (string | null)[]; last: string[] | undefined }

/** Tables that refer to values: their keys, in order, and the columns with hashes. */
const REFERRING = [
  { table: 'tasks', keys: ['id'], columns: ['inputs', 'outputs', 'result', 'record', 'model'] },
  {
    table: 'jobs',
    keys: ['task', 'path'],
    columns: ['plan', 'inputs', 'outputs', 'manifest', 'circumstances', 'labelled', 'parts', 'key'],
  },
  { table: 'app_revisions', keys: ['app', 'revision'], columns: ['raw', 'model'] },
] as const

export const REFERRING_TABLES = REFERRING.map(({ table }) => table)

/** Hashes that rows of a table refer to, behind the row with the keys `after`. */
export async function referredTo(db: Queries, name: string, after: string[] | undefined, limit: number): Promise<Page> {
  const { table, keys, columns } = REFERRING.find(each => each.table === name)!
  const names = (list: readonly string[]) => sql.join(list.map(each => sql.ref(each)))
  const behind = after ? sql`where (${names(keys)}) > (${sql.join(after)})` : sql``
  const { rows } = await sql<{ [column: string]: string | null }>`
    select ${names([...keys, ...columns])} from ${sql.table(table)} ${behind}
    order by ${names(keys)} limit ${sql.lit(limit)}`.execute(db)
  const last = rows.length < limit ? undefined : keys.map(key => rows.at(-1)![key]!)
  const hashes = rows.flatMap(row => columns.map(column => row[column] ?? null))
  return { hashes: [...hashes, ...(table === 'jobs' ? await partsOf(db, rows) : [])], last }
}

/** The parts that the keys of jobs name. */
async function partsOf(db: Queries, jobs: { [column: string]: string | null }[]): Promise<string[]> {
  const keys = [...new Set(jobs.flatMap(({ key }) => key ?? []))]
  if (keys.length === 0) return []
  const trees = await db.selectFrom('stored_values').select('json').where('hash', 'in', keys).execute()
  return trees.flatMap(({ json }) => Object.values(JSON.parse(json) as { [part: string]: string }))
}

/** Hashes of values behind one of them, in order. */
export async function storedHashes(db: Queries, after: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('stored_values')
    .select('hash')
    .where('hash', '>', after)
    .orderBy('hash')
    .limit(limit)
    .execute()
  return rows.map(row => row.hash)
}

/** Those of the values that are condemned. */
export async function condemnedOf(db: Queries, hashes: string[]): Promise<string[]> {
  if (hashes.length === 0) return []
  const rows = await db.selectFrom('condemned_values').select('hash').where('hash', 'in', hashes).execute()
  return rows.map(row => row.hash)
}

/** Condemns the values that are loose; those that are not are as others again. */
export async function condemnValues(tx: Write, loose: string[], kept: string[]): Promise<void> {
  if (kept.length > 0) await tx.deleteFrom('condemned_values').where('hash', 'in', kept).execute()
  const there = await tx.selectFrom('stored_values').select('hash').where('hash', 'in', loose).execute()
  if (there.length === 0) return
  await tx
    .insertInto('condemned_values')
    .values(there.map(({ hash }) => ({ hash, since: Date.now() })))
    .onConflict(conflict => conflict.column('hash').doNothing())
    .execute()
}

/** Removes those of the loose values that were condemned before a time, and since then have been. */
export async function removeValues(tx: Write, loose: string[], before: number): Promise<void> {
  const rows = await tx
    .deleteFrom('condemned_values')
    .where('hash', 'in', loose)
    .where('since', '<', before)
    .returning('hash')
    .execute()
  if (rows.length === 0) return
  await tx
    .deleteFrom('stored_values')
    .where(
      'hash',
      'in',
      rows.map(row => row.hash),
    )
    .execute()
}
