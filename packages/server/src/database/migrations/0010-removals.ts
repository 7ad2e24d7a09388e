import { createTables } from './create-tables.ts'
import type { Migration } from './migration.ts'

/** Projects that nobody sees any more, and whose rows are being removed. */
export const removals: Migration = {
  name: 'removals',
  up: tx =>
    createTables(tx, {
      removed_projects: { key: ['id'], columns: { id: 'text', owner: 'text', removed: 'integer' } },
    }),
}
