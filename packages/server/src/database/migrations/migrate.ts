import { sql } from 'kysely'
import { DatabaseError } from '../errors.ts'
import type { Database } from '../index.ts'
import { migrations } from './index.ts'

/**
 * Brings the schema to this version: all missing steps in one transaction, so that a crash leaves the old schema whole and
 * two processes that start at once don't both take a step.
 */
export async function migrate(database: Database): Promise<void> {
  await database.write(async tx => {
    await tx.schema
      .createTable('migrations')
      .ifNotExists()
      .addColumn('number', 'integer', column => column.primaryKey())
      .addColumn('name', 'text', column => column.notNull())
      .execute()
    const { rows } = await sql<{ last: number | null }>`select max(number) as last from migrations`.execute(tx)
    const last = rows[0]?.last ?? 0
    if (last > migrations.length) {
      throw new DatabaseError(
        `the data folder was written by a newer version (schema ${last}, this one knows ${migrations.length})`,
      )
    }
    for (const [index, migration] of migrations.entries()) {
      if (index < last) continue
      await migration.up(tx)
      await sql`insert into migrations (number, name) values (${index + 1}, ${migration.name})`.execute(tx)
    }
  })
}
