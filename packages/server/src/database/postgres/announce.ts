import { sql } from 'kysely'
import type { Queries } from '../index.ts'

/** What processes say to each other through the database is heard on this channel. */
export const CHANNEL = 'reprise'

/** Says something to all that listen: channel.ts. */
export async function announce(db: Queries, message: object): Promise<void> {
  await sql`select pg_notify(${CHANNEL}, ${JSON.stringify(message)})`.execute(db)
}
