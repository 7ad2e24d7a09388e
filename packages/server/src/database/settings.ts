import { newSecret } from '../ids.ts'
import type { Database, Queries, Write } from './index.ts'

const SIGNING = 'signing-secret'

/** The key of signed addresses; made when it is asked for the first time. */
export async function signingSecret(database: Database): Promise<Buffer> {
  return Buffer.from(await putSettingOnce(database, SIGNING, newSecret()), 'hex')
}

/** Rows are being moved into this database. */
export const MOVING = 'moving'

/** Sets what is not set yet; gives what it is then. */
export async function putSettingOnce(database: Database, key: string, wanted: string): Promise<string> {
  const { value } = await database.write(async tx => {
    await tx
      .insertInto('settings')
      .values({ key, value: wanted })
      .onConflict(conflict => conflict.column('key').doNothing())
      .execute()
    return tx.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirstOrThrow()
  })
  return value
}

export async function findSetting(queries: Queries, key: string): Promise<string | undefined> {
  const row = await queries.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst()
  return row?.value
}

export async function deleteSetting(tx: Write, key: string): Promise<void> {
  await tx.deleteFrom('settings').where('key', '=', key).execute()
}

export async function hasSetting(queries: Queries, key: string): Promise<boolean> {
  const row = await queries.selectFrom('settings').select('key').where('key', '=', key).executeTakeFirst()
  return row !== undefined
}

export async function putSetting(tx: Write, key: string, value: string): Promise<void> {
  await tx
    .insertInto('settings')
    .values({ key, value })
    .onConflict(conflict => conflict.column('key').doUpdateSet({ value }))
    .execute()
}

export async function removeSetting(tx: Write, key: string): Promise<void> {
  await tx.deleteFrom('settings').where('key', '=', key).execute()
}
