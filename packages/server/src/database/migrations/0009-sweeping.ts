import type { Migration } from './migration.ts'

/** Contents that nobody needs any more, and whether a content may be executed. */
export const sweeping: Migration = {
  name: 'sweeping',
  async up(tx) {
    for (const column of ['condemned', 'gone'] as const) {
      await tx.schema.alterTable('contents').addColumn(column, 'bigint').execute()
    }
    await tx.schema
      .alterTable('contents')
      .addColumn('executable', 'bigint', column => column.notNull().defaultTo(0))
      .execute()
    await tx.schema
      .createIndex('contents_by_condemned')
      .on('contents')
      .column('condemned')
      .where('condemned', 'is not', null)
      .execute()
  },
}
