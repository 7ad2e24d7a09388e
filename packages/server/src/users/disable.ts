import type { Caller, Context } from '../context.ts'
import { administers } from '../database/divisions.ts'
import { findUser, setDisabled } from '../database/users.ts'
import { OWNER, type Rights } from '../domain/rights.ts'
import { ApiError } from '../errors.ts'
import { authorise } from '../rights/authorise.ts'

const SELF: Rights = { read: true, copy: false, write: false, execute: false, admin: false }

/** Refuses a user's tokens from now on: by an admin of a division of theirs, or an administrator. Throws ApiError 2002, 2001. */
export async function disableUser({ database }: Context, caller: Caller, username: string): Promise<void> {
  await database.write(async tx => {
    const user = await findUser(tx, username)
    const rights =
      username === caller.username
        ? SELF
        : caller.admin || (await administers(tx, caller.username, username))
          ? OWNER
          : undefined
    authorise('users.disable', user && { ...user, rights })
    if (user?.admin === 1 && !caller.admin) throw new ApiError(2001, 'Only an administrator disables another one.')
    await setDisabled(tx, username, true)
  })
}
