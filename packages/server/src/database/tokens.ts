import { sql } from 'kysely'
import type { Queries, Write } from './index.ts'
import { prepared } from './prepared.ts'
import type { TokenRow, UserRow } from './schema.ts'

const tokenUser = prepared<{ hash: string }, Pick<UserRow, 'username' | 'admin'>>(['hash'], (db, { hash }) =>
  db
    .selectFrom('tokens')
    .innerJoin('users', 'users.username', 'tokens.username')
    .select(['users.username', 'users.admin'])
    .where('tokens.hash', '=', hash)
    .where('tokens.revoked', 'is', null)
    .where('users.disabled', '=', sql.lit(0)),
)

/** The user of a token that is neither revoked nor a disabled user's, by the token's SHA-256. */
export async function findTokenUser(db: Queries, hash: string) {
  return (await tokenUser(db, { hash }))[0]
}

export async function insertToken(tx: Write, token: TokenRow): Promise<void> {
  await tx.insertInto('tokens').values(token).execute()
}

/** How many tokens of this id or hash were still good. */
export async function setRevoked(tx: Write, key: { id: string } | { hash: string }, now: number): Promise<number> {
  const [column, value] = 'id' in key ? (['id', key.id] as const) : (['hash', key.hash] as const)
  const { numUpdatedRows } = await tx
    .updateTable('tokens')
    .set({ revoked: now })
    .where(column, '=', value)
    .where('revoked', 'is', null)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}
