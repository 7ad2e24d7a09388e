import type { Queries, Write } from './index.ts'
import type { UserRow } from './schema.ts'

export function findUser(db: Queries, username: string) {
  return db.selectFrom('users').selectAll().where('username', '=', username).executeTakeFirst()
}

/** The first user with this address, in any case. */
export function findUserByEmail(db: Queries, email: string) {
  return db
    .selectFrom('users')
    .selectAll()
    .where(user => user.fn<string>('lower', ['email']), '=', email.toLowerCase())
    .orderBy('created')
    .orderBy('username')
    .limit(1)
    .executeTakeFirst()
}

export function listUsers(db: Queries) {
  return db.selectFrom('users').selectAll().orderBy('created').orderBy('username').execute()
}

export async function insertUser(tx: Write, user: UserRow): Promise<void> {
  await tx.insertInto('users').values(user).execute()
}

/** How many users there were of this name. */
export async function setDisabled(tx: Write, username: string, disabled: boolean): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('users')
    .set({ disabled: disabled ? 1 : 0 })
    .where('username', '=', username)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}
