import * as accounts from '@reprise/server/accounts'
import { type DataOptions, withRows } from '../open-rows.ts'

export async function addUser(
  username: string,
  options: DataOptions & { email?: string; admin?: boolean },
): Promise<void> {
  await withRows(options, async database => {
    await accounts.createUser(database, { username, email: options.email, admin: options.admin })
    const { token } = await accounts.createToken(database, username)
    console.log(token)
  })
}

export async function listUsers(options: DataOptions): Promise<void> {
  await withRows(options, async database => {
    for (const { username, email, admin, disabled } of await accounts.listUsers(database)) {
      const marks = [admin ? 'administrator' : '', disabled ? 'disabled' : ''].filter(mark => mark)
      console.log([username, email, ...marks].join('\t'))
    }
  })
}

export async function disableUser(username: string, options: DataOptions): Promise<void> {
  await withRows(options, database => accounts.disableUser(database, username))
}

export async function newToken(username: string, options: DataOptions): Promise<void> {
  await withRows(options, async database => {
    const { id, token } = await accounts.createToken(database, username)
    console.log(token)
    console.error(`id of the token: ${id}`)
  })
}

export async function revokeToken(id: string, options: DataOptions): Promise<void> {
  await withRows(options, async database => {
    if (!(await accounts.revokeToken(database, id))) throw new Error(`there is no valid token ${id}`)
  })
}
