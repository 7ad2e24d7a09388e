import type { Queries, Write } from './index.ts'
import type { ContentRow, HolderRow } from './schema.ts'

/**
 * Bytes that are safe and have no row yet: `Contents.hold` gives them one. Never held, those of the store are removed one day.
 * Where they lie is left out of those of the store.
 */
export type NewContent = Omit<ContentRow, 'created' | keyof typeof IN_STORE> &
  Partial<Pick<ContentRow, keyof typeof IN_STORE>>

const IN_STORE = { volume: null, location: null, etag: null }

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

/** Each content with a holder of its own. */
export async function insertHolders(tx: Write, rows: HolderRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS) {
    await tx
      .insertInto('holders')
      .values(rows.slice(from, from + ROWS))
      .onConflict(conflict => conflict.columns(['content', 'holder']).doUpdateSet({ until: null }))
      .execute()
  }
}

export async function getContent(queries: Queries, id: string): Promise<ContentRow | undefined> {
  return await queries.selectFrom('contents').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function addHolder(tx: Write, content: string, holder: string, until: number | null): Promise<void> {
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

/** Ids of contents of the store that nobody has hashed yet, the oldest first. Those of volumes are hashed when it is needed. */
export async function listUnhashed(queries: Queries, limit: number): Promise<string[]> {
  const rows = await queries
    .selectFrom('contents')
    .select('id')
    .where('sha256', 'is', null)
    .where('volume', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(row => row.id)
}

/** Names one holder of many contents. */
export async function addHolders(tx: Write, contents: string[], holder: string): Promise<void> {
  const rows = [...new Set(contents)].map(content => ({ content, holder, until: null }))
  for (let from = 0; from < rows.length; from += 500) {
    await tx
      .insertInto('holders')
      .values(rows.slice(from, from + 500))
      .onConflict(conflict => conflict.columns(['content', 'holder']).doUpdateSet({ until: null }))
      .execute()
  }
}
