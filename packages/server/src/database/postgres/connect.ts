import type { ClientConfig } from 'pg'
import { typesAsInSqlite } from './values.ts'

/** What every connection to the database at the address is made with. */
export function connectionTo(url: string): ClientConfig {
  return {
    connectionString: url,
    application_name: 'reprise',
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: typesAsInSqlite,
  }
}
