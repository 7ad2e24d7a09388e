import { newSecret } from '../ids.ts'
import type { Database } from './index.ts'

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
