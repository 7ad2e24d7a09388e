import { createHash } from 'node:crypto'
import type { Queries, Write } from './index.ts'
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
  await tx
    .insertInto('stored_values')
    .values(rows)
    .onConflict(conflict => conflict.column('hash').doNothing())
    .execute()
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
    found.set(hash, JSON.parse(json))
  }
  return found
}
