import { createTables } from './create-tables.ts'
import type { Migration } from './migration.ts'

/** Tasks that a worker took up after another had died with them. */
export const takeovers: Migration = {
  name: 'takeovers',
  up: tx =>
    createTables(tx, {
      takeovers: { key: ['task'], columns: { task: 'text', deaths: 'integer', taken: 'integer' } },
    }),
}
