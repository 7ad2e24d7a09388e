import { PostgresAdapter, type RawBuilder, sql } from 'kysely'
import type { Write } from '../index.ts'
import { createIndex, createTables } from './create-tables.ts'
import type { Migration } from './migration.ts'

const FILES = [
  'id',
  'project',
  'parent',
  'type',
  'name',
  'content',
  'size',
  'origin_task',
  'tags',
  'metadata',
  'created',
  'modified',
]
const METADATA = ['folder', 'key', 'value', 'file']

/**
 * Rows of files that come in several transactions: they are pending until one row of `published` makes all of them visible. What
 * reads files reads views, which leave pending ones out; indices that had all of what is counted have `pending` as well. And
 * what it takes to see which stored values nothing refers to: the model that a task's record names, in a column.
 */
export const pendingFiles: Migration = {
  name: 'pending-files',
  async up(tx) {
    await createTables(tx, { published: { key: ['task'], columns: { task: 'text', created: 'integer' } } })
    await createTables(tx, { condemned_values: { key: ['hash'], columns: { hash: 'text', since: 'integer' } } })
    await tx.schema.alterTable('tasks').addColumn('model', 'text').execute()
    const model = isPostgres(tx) ? sql`json::json ->> 'model'` : sql`json_extract(json, '$.model')`
    await sql`update tasks set model = (select ${model} from stored_values where hash = tasks.record)
      where record is not null`.execute(tx)
    await hide(tx, 'files', 'file_rows', FILES)
    await hide(tx, 'file_metadata', 'file_metadata_rows', METADATA)
    await tx.schema.dropIndex('files_by_parent_id').execute()
    await createIndex(tx, 'file_rows', ['parent', 'id', 'pending'])
    await tx.schema.dropIndex('file_metadata_by_folder_key_value_file').execute()
    await createIndex(tx, 'file_metadata_rows', ['folder', 'key', 'value', 'file', 'pending'])
  },
}

function isPostgres(tx: Write): boolean {
  return tx.getExecutor().adapter instanceof PostgresAdapter
}

async function hide(tx: Write, name: string, rows: string, columns: string[]): Promise<void> {
  await tx.schema.alterTable(name).renameTo(rows).execute()
  await tx.schema.alterTable(rows).addColumn('pending', 'text').execute()
  await tx.schema
    .createIndex(`${rows}_by_pending`)
    .on(rows)
    .column('pending')
    .where(sql<boolean>`pending is not null`)
    .execute()
  const listed: RawBuilder<unknown> = sql.join(columns.map(column => sql.ref(column)))
  await sql`create view ${sql.table(name)} as select ${listed} from ${sql.table(rows)}
    where pending is null or pending in (select task from published)`.execute(tx)
}
