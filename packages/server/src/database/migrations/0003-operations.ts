import { sql } from 'kysely'
import { createIndex, createTables, type Tables } from './create-tables.ts'
import type { Migration } from './migration.ts'

const TABLES: Tables = {
  operations: {
    key: ['id'],
    columns: {
      id: 'text',
      kind: 'text',
      username: 'text',
      state: 'text',
      request: 'text',
      item: 'integer',
      cursor: 'text?',
      total: 'integer',
      completed: 'integer',
      failed: 'integer',
      created: 'integer',
      started: 'integer?',
      finished: 'integer?',
      owner: 'text?',
      lease: 'integer',
    },
    indices: [
      ['username', 'kind', 'created', 'id'],
      ['state', 'created', 'id'],
      ['finished', 'id'],
    ],
  },
  operation_records: {
    key: ['operation', 'item'],
    columns: { operation: 'text', item: 'integer', result: 'text?', code: 'integer?', message: 'text?' },
  },
  markers: {
    key: ['id'],
    columns: {
      id: 'text',
      file: 'text',
      name: 'text',
      chromosome: 'text',
      start: 'integer',
      end: 'integer',
      private: 'integer',
      created_by: 'text',
      created: 'integer',
    },
    indices: [['file', 'id']],
  },
  feedback: {
    key: ['id'],
    columns: { id: 'text', username: 'text', type: 'text', text: 'text', referrer: 'text', created: 'integer' },
  },
}

/** Operations that go on behind a call's answer; genome markers; feedback; copies of apps, and the text apps are found by. */
export const operations: Migration = {
  name: 'operations',
  async up(tx) {
    await createTables(tx, TABLES)
    await createIndex(tx, 'files', ['project', 'id'])
    await tx.schema
      .createIndex('folders_by_project')
      .on('files')
      .column('project')
      .where(sql<boolean>`type = 'folder'`)
      .execute()
    for (const column of ['copy_of', 'original', 'follows'] as const) {
      await tx.schema.alterTable('apps').addColumn(column, 'text').execute()
    }
    await tx.schema.alterTable('apps').addColumn('synced', 'bigint').execute()
    await tx.schema
      .alterTable('app_revisions')
      .addColumn('search', 'text', column => column.notNull().defaultTo(''))
      .execute()
    await sql`update app_revisions set search = lower(app || ' ' || label)`.execute(tx)
  },
}
