import { createHash } from 'node:crypto'
import type { Caller } from '../context.ts'
import type { Queries } from '../database/index.ts'
import { findTokenUser } from '../database/tokens.ts'
import { findUser } from '../database/users.ts'
import { ApiError } from '../errors.ts'

/** Of a token only this is kept. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Who has this token; undefined when it is missing, unknown or revoked, or its user disabled. */
export async function callerOf(db: Queries, token: string | undefined): Promise<Caller | undefined> {
  if (!token || token.length > 1000) return undefined
  const user = await findTokenUser(db, tokenHash(token))
  return user && { username: user.username, admin: user.admin === 1 }
}

/** A signed address works no longer than its user does. Throws ApiError 90002. */
export async function requireEnabled(db: Queries, username: string): Promise<void> {
  if ((await findUser(db, username))?.disabled !== 0) throw new ApiError(90002, 'The user of the address is disabled.')
}
