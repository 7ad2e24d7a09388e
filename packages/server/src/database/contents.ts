import { sql } from 'kysely'
import type { Queries, Write } from './index.ts'
import { prepared } from './prepared.ts'
import type { ContentRow, HolderRow } from './schema.ts'

/**
 * Bytes that are safe and have no row yet: `Contents.hold` gives them one. Never held, those of the store are removed one day.
 * Where they lie is left out of those of the store.
 */
export type NewContent = Omit<ContentRow, 'created' | keyof typeof IN_STORE> &
  Partial<Pick<ContentRow, keyof typeof IN_STORE>>

const IN_STORE = { volume: null, location: null, etag: null, executable: 0, condemned: null, gone: null }

/** Somebody is to hold a content whose bytes were let go. */
export class ContentGone extends Error {
  override name = 'ContentGone'
}

/** Rows of one statement. */
const ROWS = 500

export async function insertContent(tx: Write, content: NewContent): Promise<void> {
  await tx
    .insertInto('contents')
    .values({ ...IN_STORE, ...content, created: Date.now() })
    .onConflict(conflict => conflict.column('id').doNothing())
    .execute()
}

export async function insertContents(tx: Write, contents: NewContent[]): Promise<void> {
  const created = Date.now()
  for (let from = 0; from < contents.length; from += ROWS) {
    await tx
      .insertInto('contents')
      .values(contents.slice(from, from + ROWS).map(content => ({ ...IN_STORE, ...content, created })))
      .onConflict(conflict => conflict.column('id').doNothing())
      .execute()
  }
}

const condemnedOne = prepared(['content'], (db: Queries, { content }: { content: string }) =>
  db.selectFrom('contents').select(['id', 'gone']).where('condemned', 'is not', null).where('id', '=', content),
)

const holdOne = prepared(['content', 'holder'], (db: Queries, marks: { content: string; holder: string }) =>
  db
    .insertInto('holders')
    .values({ ...marks, until: sql<null>`null` })
    .onConflict(conflict => conflict.columns(['content', 'holder']).doUpdateSet({ until: sql<null>`null` })),
)

/** Each content with a holder of its own. */
export async function insertHolders(tx: Write, rows: HolderRow[]): Promise<void> {
  const [only] = rows
  // most jobs have one output
  if (only && rows.length === 1 && only.until === null) {
    const { content, holder } = only
    await takeBack(tx, await condemnedOne(tx, { content }))
    await holdOne(tx, { content, holder })
    return
  }
  for (let from = 0; from < rows.length; from += ROWS) {
    const some = rows.slice(from, from + ROWS)
    await revive(tx, some)
    await tx
      .insertInto('holders')
      .values(some)
      .onConflict(conflict => conflict.columns(['content', 'holder']).doUpdateSet({ until: null }))
      .execute()
  }
}

export async function getContent(queries: Queries, id: string): Promise<ContentRow | undefined> {
  return await queries.selectFrom('contents').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function addHolder(tx: Write, content: string, holder: string, until: number | null): Promise<void> {
  await revive(tx, [{ content }])
  await tx
    .insertInto('holders')
    .values({ content, holder, until })
    .onConflict(conflict => conflict.columns(['content', 'holder']).doUpdateSet({ until }))
    .execute()
}

export async function removeHolder(tx: Write, holder: string): Promise<void> {
  await tx.deleteFrom('holders').where('holder', '=', holder).execute()
}

export async function setHash(tx: Write, id: string, sha256: string): Promise<void> {
  await tx.updateTable('contents').set({ sha256 }).where('id', '=', id).execute()
}

/** Ids of contents of the store after `after` that nobody has hashed yet, the oldest first. Those of volumes are hashed when it is needed. */
export async function listUnhashed(queries: Queries, after: string, limit: number): Promise<string[]> {
  const rows = await queries
    .selectFrom('contents')
    .select('id')
    .where('sha256', 'is', null)
    .where('volume', 'is', null)
    .where('gone', 'is', null)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(row => row.id)
}

/** Names one holder of many contents. */
export async function addHolders(tx: Write, contents: string[], holder: string): Promise<void> {
  await insertHolders(
    tx,
    [...new Set(contents)].map(content => ({ content, holder, until: null })),
  )
}

/** What somebody holds again is condemned no longer. Throws ContentGone where it is too late. */
async function revive(tx: Write, holders: { content: string }[]): Promise<void> {
  const ids = [...new Set(holders.map(({ content }) => content))]
  const rows = await tx
    .selectFrom('contents')
    .select(['id', 'gone'])
    .where('condemned', 'is not', null)
    .where('id', 'in', ids)
    .execute()
  await takeBack(tx, rows)
}

async function takeBack(tx: Write, rows: { id: string; gone: number | null }[]): Promise<void> {
  if (rows.length === 0) return
  const gone = rows.find(row => row.gone !== null)
  if (gone) throw new ContentGone(`the bytes of the content ${gone.id} are kept no more`)
  await tx
    .updateTable('contents')
    .set({ condemned: null })
    .where(
      'id',
      'in',
      rows.map(row => row.id),
    )
    .execute()
}

/** SHA-256 of contents, null where there is none yet; what has no row is left out. */
export async function findHashes(queries: Queries, ids: string[]): Promise<Map<string, string | null>> {
  const found = new Map<string, string | null>()
  for (let from = 0; from < ids.length; from += ROWS) {
    const rows = await queries
      .selectFrom('contents')
      .select(['id', 'sha256'])
      .where('id', 'in', ids.slice(from, from + ROWS))
      .execute()
    for (const { id, sha256 } of rows) found.set(id, sha256)
  }
  return found
}
