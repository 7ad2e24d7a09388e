import { createTables, type Tables } from './create-tables.ts'
import type { Migration } from './migration.ts'

const TABLES: Tables = {
  workers: {
    key: ['claim'],
    columns: { claim: 'integer', place: 'text', process: 'text', lease_until: 'integer', started: 'integer' },
  },
}

/** Workers that share the tasks, each with its lease. */
export const workers: Migration = {
  name: 'workers',
  up: tx => createTables(tx, TABLES),
}
