import { findDivision, insertDivision, putDivisionMember } from '../database/divisions.ts'
import { isUniqueViolation } from '../database/errors.ts'
import type { Database } from '../database/index.ts'
import { insertToken, setRevoked } from '../database/tokens.ts'
import { findUser, insertUser, listUsers as listRows, setDisabled } from '../database/users.ts'
import { ApiError } from '../errors.ts'
import { newSecret, newUuid } from '../ids.ts'
import { tokenHash } from './callers.ts'

export interface Account {
  username: string
  email: string
  admin: boolean
  disabled: boolean
  /** milliseconds since the epoch */
  created: number
}

const USERNAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** Makes a user. Throws ApiError: 90000 for a name that is not one, 2003 when there is such a user. */
export async function createUser(
  database: Database,
  given: { username: string; email?: string; admin?: boolean },
): Promise<Account> {
  if (!USERNAME.test(given.username)) {
    throw new ApiError(90000, 'must be letters, digits, dots, hyphens and underscores, at most 64', 'username')
  }
  const user = {
    username: given.username,
    email: given.email ?? `${given.username}@localhost`,
    admin: given.admin ? 1 : 0,
    disabled: 0,
    created: Date.now(),
  }
  try {
    await database.write(tx => insertUser(tx, user))
  } catch (error) {
    throw isUniqueViolation(error) ? new ApiError(2003) : error
  }
  return { ...user, admin: user.admin === 1, disabled: false }
}

/** Makes a token. The token is shown this once; `id` names it afterwards. */
export async function createToken(database: Database, username: string): Promise<{ id: string; token: string }> {
  if (!(await findUser(database.read, username))) throw new ApiError(2002)
  const [id, token] = [newUuid(), newSecret()]
  const row = { hash: tokenHash(token), id, username, created: Date.now(), revoked: null }
  await database.write(tx => insertToken(tx, row))
  return { id, token }
}

/** Ends a token, named by its id or by itself. False when there is none, or it is revoked already. */
export async function revokeToken(database: Database, tokenOrId: string): Promise<boolean> {
  const now = Date.now()
  return database.write(
    async tx =>
      (await setRevoked(tx, { id: tokenOrId }, now)) + (await setRevoked(tx, { hash: tokenHash(tokenOrId) }, now)) > 0,
  )
}

/** A disabled user's tokens are refused. Throws ApiError 2002 when there is no such user. */
export async function disableUser(database: Database, username: string, disabled = true): Promise<void> {
  if ((await database.write(tx => setDisabled(tx, username, disabled))) === 0) throw new ApiError(2002)
}

/** All users, the oldest first. */
export async function listUsers(database: Database): Promise<Account[]> {
  const users = await listRows(database.read)
  return users.map(user => ({ ...user, admin: user.admin === 1, disabled: user.disabled === 1 }))
}

const DIVISION = /^[a-z0-9][a-z0-9-]{0,63}$/

/** Makes an organisation of users. Throws ApiError: 90000 for an id that is not one, 90007 when there is such a division. */
export async function createDivision(database: Database, given: { id: string; name: string }): Promise<void> {
  if (!DIVISION.test(given.id)) {
    throw new ApiError(90000, 'must be lower-case letters, digits and hyphens, at most 64', 'division')
  }
  try {
    await database.write(tx => insertDivision(tx, { ...given, created: Date.now() }))
  } catch (error) {
    throw isUniqueViolation(error) ? new ApiError(90007, 'there is such a division already', 'division') : error
  }
}

/** What a user is in a division; `none` takes them out of it. Throws ApiError 90003 and 2002. */
export async function setDivisionRole(
  database: Database,
  given: { division: string; username: string; role: 'member' | 'admin' | 'external_collaborator' | 'none' },
): Promise<void> {
  await database.write(async tx => {
    const { division, username } = given
    if (!(await findDivision(tx, division, username))) throw new ApiError(90003, `There is no division ${division}.`)
    if (!(await findUser(tx, username))) throw new ApiError(2002)
    const role = given.role === 'none' ? null : ROLES[given.role]
    await putDivisionMember(tx, { division, username, role })
  })
}

const ROLES = { member: 'MEMBER', admin: 'ADMIN', external_collaborator: 'EXTERNAL_COLLABORATOR' } as const
