import { sql } from 'kysely'
import { DatabaseError } from '../errors.ts'
import type { Database, Write } from '../index.ts'
import { migrations } from './index.ts'

/**
 * Brings the schema to this version: all missing steps in one transaction, so that a crash leaves the old schema whole. Two
 * processes that start at once don't both take a step: `write` runs one after the other.
 */
export async function migrate(write: Database['write']): Promise<void> {
  await write(async tx => {
    await createMigrationsTable(tx)
    const { rows } = await sql<{ last: number | null }>`select max(number) as last from migrations`.execute(tx)
    const last = rows[0]?.last ?? 0
    if (last > migrations.length) {
      throw new DatabaseError(`it was written by a newer version (schema ${last}, this one knows ${migrations.length})`)
    }
    for (const [index, migration] of migrations.entries()) {
      if (index < last) continue
      await migration.up(tx)
      await sql`insert into migrations (number, name) values (${index + 1}, ${migration.name})`.execute(tx)
    }
  })
}

export async function createMigrationsTable(tx: Write): Promise<void> {
  await tx.schema
    .createTable('migrations')
    .ifNotExists()
    .addColumn('number', 'integer', column => column.primaryKey())
    .addColumn('name', 'text', column => column.notNull())
    .execute()
}
