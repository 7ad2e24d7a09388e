import { createHash } from 'node:crypto'
import { parseJson } from '@reprise/cwl/json'
import { SqliteAdapter, sql } from 'kysely'
import type { Queries, Write } from './index.ts'
import { prepared } from './prepared.ts'
import { cachedJson, cachedValue, keepJson } from './value-cache.ts'

/** A value as JSON text, with the SHA-256 that it is stored under. */
export interface Hashed {
  hash: string
  json: string
}

export function hashed(json: string): Hashed {
  return { hash: createHash('sha256').update(json).digest('hex'), json }
}

/** Stores values that are hashed already. */
export async function storeHashed(tx: Write, ...values: Hashed[]): Promise<void> {
  const rows = values.map(({ hash, json }) => ({ hash, json }))
  if (rows.length === 0) return
  for (const { hash, json } of rows) keepJson(hash, json)
  const isSqlite = tx.getExecutor().adapter instanceof SqliteAdapter
  if (isSqlite) for (const { hash } of rows) await needed(tx, { hash })
  const hashes = rows.map(({ hash }) => hash)
  // elsewhere each statement is a round-trip
  const store = isSqlite
    ? tx
    : tx.with('needed', db => db.deleteFrom('condemned_values').where('hash', 'in', hashes).returning('hash'))
  await store
    .insertInto('stored_values')
    .values(rows)
    .onConflict(conflict => conflict.column('hash').doNothing())
    .execute()
}

/** A value that is stored again is condemned no longer (stored-values.ts). */
const needed = prepared(['hash'], (db: Queries, { hash }: { hash: string }) =>
  db.deleteFrom('condemned_values').where('hash', '=', hash),
)

/** Stores JSON text once; gives its hash. */
export async function storeText(tx: Write, json: string): Promise<string> {
  const stored = hashed(json)
  await storeHashed(tx, stored)
  return stored.hash
}

/** Stores a value once; gives its hash. */
export async function storeValue(tx: Write, value: unknown): Promise<string> {
  const stored = hashed(JSON.stringify(value))
  await storeHashed(tx, stored)
  return stored.hash
}

/** The JSON text of a stored value. Rejects when there is none: rows refer only to values that were stored with them. */
export async function loadJson(db: Queries, hash: string): Promise<string> {
  const known = cachedJson(hash)
  if (known !== undefined) return known
  const { json } = await db
    .selectFrom('stored_values')
    .select('json')
    .where('hash', '=', hash)
    .executeTakeFirstOrThrow()
  keepJson(hash, json)
  return json
}

/** Bytes of a text that is read along when it is asked how long it is. */
const SMALL = 32 * 1024

/**
 * How long the texts of stored values are, in bytes, without reading those that are long. Short ones are kept, so that to
 * load them then costs nothing.
 */
export async function sizesOf(db: Queries, hashes: Iterable<string>): Promise<Map<string, number>> {
  const sizes = new Map<string, number>()
  const missing: string[] = []
  for (const hash of new Set(hashes)) {
    const known = cachedJson(hash)
    if (known === undefined) missing.push(hash)
    else sizes.set(hash, known.length)
  }
  if (missing.length === 0) return sizes
  const bytes = sql<number>`octet_length(json)`
  const rows = await db
    .selectFrom('stored_values')
    .select([
      'hash',
      bytes.as('bytes'),
      sql<string | null>`case when ${bytes} <= ${sql.lit(SMALL)} then json end`.as('json'),
    ])
    .where('hash', 'in', missing)
    .execute()
  for (const { hash, bytes, json } of rows) {
    sizes.set(hash, Number(bytes))
    if (json !== null) keepJson(hash, json)
  }
  return sizes
}

/** Several values at once, parsed, by hash: not to be changed. */
export async function loadValues(db: Queries, hashes: string[]): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>()
  const missing: string[] = []
  for (const hash of new Set(hashes)) {
    const known = cachedValue(hash)
    if (known) found.set(hash, known.value)
    else missing.push(hash)
  }
  if (missing.length === 0) return found
  for (const { hash, json } of await db
    .selectFrom('stored_values')
    .selectAll()
    .where('hash', 'in', missing)
    .execute()) {
    keepJson(hash, json)
    found.set(hash, parseJson(json))
  }
  return found
}

/** The texts of several values, by hash. */
export async function loadTexts(db: Queries, hashes: string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const wanted = [...new Set(hashes)]
  for (let from = 0; from < wanted.length; from += TEXTS) {
    const some = wanted.slice(from, from + TEXTS)
    const rows = await db.selectFrom('stored_values').selectAll().where('hash', 'in', some).execute()
    for (const { hash, json } of rows) found.set(hash, json)
  }
  return found
}

/** Texts of one statement. */
const TEXTS = 500
