import { writeFile } from 'node:fs/promises'
import type { Database } from '../database/index.ts'
import { hasSetting, putSetting } from '../database/settings.ts'
import { ApiError } from '../errors.ts'
import { createToken, createUser, listUsers } from './accounts.ts'

const USERNAME = 'admin'
const DONE = 'administrator'

/**
 * On a data folder's first start: makes the user `admin` and writes a token of theirs to `path`, for the owner alone. Gives
 * the path when it did. Interrupted, it is done again.
 */
export async function ensureAdministrator(database: Database, path: string): Promise<string | undefined> {
  if (await hasSetting(database.read, DONE)) return undefined
  const users = await listUsers(database)
  if (!users.some(user => user.username === USERNAME)) {
    try {
      await createUser(database, { username: USERNAME, admin: true })
    } catch (error) {
      // another server that has just started makes it
      if (error instanceof ApiError && error.code === 2003) return undefined
      throw error
    }
  }
  const { token } = await createToken(database, USERNAME)
  await writeFile(path, `${token}\n`, { mode: 0o600 })
  await database.write(tx => putSetting(tx, DONE, USERNAME))
  return path
}
