import { createTables } from './create-tables.ts'
import type { Migration } from './migration.ts'

/** Keys that clients gave to calls, so that a repeat is no second call. */
export const idempotency: Migration = {
  name: 'idempotency',
  up: tx =>
    createTables(tx, {
      idempotency_keys: {
        key: ['username', 'name'],
        columns: {
          username: 'text',
          name: 'text',
          fingerprint: 'text',
          owner: 'text',
          object: 'text?',
          status: 'integer?',
          body: 'text?',
          created: 'integer',
        },
        indices: [['created']],
      },
    }),
}
