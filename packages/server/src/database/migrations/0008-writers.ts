import { createTables } from './create-tables.ts'
import type { Migration } from './migration.ts'

/** Who is writing a part of an upload now, and parts that lie in a file of their own. */
export const writers: Migration = {
  name: 'writers',
  async up(tx) {
    await createTables(tx, {
      upload_writers: {
        key: ['upload', 'number', 'writer'],
        columns: { upload: 'text', number: 'integer', writer: 'text', slot: 'integer', current: 'integer' },
      },
    })
    await tx.schema.alterTable('upload_parts').addColumn('place', 'text').execute()
    await tx.schema.alterTable('uploads').addColumn('touched', 'bigint').execute()
  },
}
