import { newSecret } from '../ids.ts'
import type { Database, Queries, Write } from './index.ts'

const SIGNING = 'signing-secret'

/** The key of signed addresses; made when it is asked for the first time. */
export async function signingSecret(database: Database): Promise<Buffer> {
  const { value } = await database.write(async tx => {
    await tx
      .insertInto('settings')
      .values({ key: SIGNING, value: newSecret() })
      .onConflict(conflict => conflict.column('key').doNothing())
      .execute()
    return tx.selectFrom('settings').select('value').where('key', '=', SIGNING).executeTakeFirstOrThrow()
  })
  return Buffer.from(value, 'hex')
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
