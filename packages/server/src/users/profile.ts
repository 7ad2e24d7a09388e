import type { Caller, Context } from '../context.ts'
import type { UserRow } from '../database/schema.ts'
import { findUser } from '../database/users.ts'
import { ApiError } from '../errors.ts'

/** A user as the API shows them. Throws ApiError 2002 for one that there is not, 2001 for another one. */
export async function userProfile({ database }: Context, caller: Caller, username: string, base: string) {
  const user = await findUser(database.read, username)
  if (!user) throw new ApiError(2002)
  if (username !== caller.username)
    throw new ApiError(2001, 'Who is no administrator sees themselves only: ask for your own username.')
  return renderUser(user, base)
}

/** All strings: clients reject anything else. */
export function renderUser(user: Pick<UserRow, 'username' | 'email'>, base: string) {
  return {
    href: `${base}/users/${user.username}`,
    username: user.username,
    email: user.email,
    first_name: '',
    last_name: '',
    affiliation: '',
    phone: '',
    address: '',
    city: '',
    state: '',
    country: '',
    zip_code: '',
  }
}
