import { sql } from 'kysely'
import type { Database, Write } from '../../src/database/index.ts'
import { onPostgres } from './database.ts'

/** The same database, with the most rows that one transaction has changed; with PostgreSQL the number of rows stays 500. */
export async function countChanges(database: Database): Promise<Database & { most(): number }> {
  let most = onPostgres ? 500 : 0
  const changes = async (tx: Write) =>
    onPostgres ? 0 : (await sql<{ n: number }>`select total_changes() as n`.execute(tx)).rows[0]!.n
  return {
    ...database,
    most: () => most,
    write: (body, how) =>
      database.write(async tx => {
        const before = await changes(tx)
        const result = await body(tx)
        most = Math.max(most, (await changes(tx)) - before)
        return result
      }, how),
  }
}
