import { isPassing } from '../database/errors.ts'
import type { Database } from '../database/index.ts'
import { announce } from '../database/postgres/announce.ts'
import type { ToWorker } from '../domain/worker-messages.ts'

/** Tells all workers of a PostgreSQL database. A message that is lost is made up for: each beat of theirs looks at the rows. */
export function throughDatabase(database: Database, trouble: (message: string) => void) {
  return {
    send(message: ToWorker): void {
      announce(database.read, message).catch(error => isPassing(error) || trouble(`workers are not told: ${error}`))
    },
  }
}
