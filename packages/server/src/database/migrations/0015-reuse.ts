import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** What a job is by its key, and whose result it took. */
export const reuse: Migration = {
  name: 'reuse',
  async up(tx) {
    const texts = [
      'key',
      'parts',
      'labelled',
      'no_key',
      'no_reuse',
      'reused_task',
      'reused_path',
      'distrusted',
    ] as const
    for (const column of texts) await tx.schema.alterTable('jobs').addColumn(column, 'text').execute()
    await tx.schema.alterTable('jobs').addColumn('saved', 'bigint').execute()
    await tx.schema.alterTable('jobs').addColumn('saved_cost', 'double precision').execute()
    await tx.schema
      .createIndex('jobs_by_key')
      .on('jobs')
      .columns(['key', 'ended'])
      .where(sql<boolean>`key is not null`)
      .execute()
    await tx.schema
      .createIndex('jobs_by_reused')
      .on('jobs')
      .columns(['reused_task', 'reused_path'])
      .where(sql<boolean>`reused_task is not null`)
      .execute()
    await tx.schema
      .createIndex('jobs_by_parts')
      .on('jobs')
      .columns(['task', 'path'])
      .where(sql<boolean>`parts is not null`)
      .execute()
  },
}
