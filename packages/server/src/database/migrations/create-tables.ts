import type { ColumnDataType } from 'kysely'
import type { Write } from '../index.ts'

/** Columns as `name: type`, a `?` after the type when it may be null; `key` is the primary key. */
export interface Table {
  key: string[]
  columns: { [name: string]: ColumnType }
  unique?: string[][]
  indices?: string[][]
}

type ColumnType = 'text' | 'text?' | 'integer' | 'integer?' | 'real' | 'real?' | 'blob?'

export interface Tables {
  [name: string]: Table
}

const TYPES: { [type: string]: ColumnDataType } = {
  text: 'text',
  integer: 'bigint',
  real: 'double precision',
  blob: 'blob',
}

/** Makes tables and their indices. */
export async function createTables(tx: Write, tables: Tables): Promise<void> {
  for (const [name, table] of Object.entries(tables)) await createTable(tx, name, table)
}

async function createTable(tx: Write, name: string, table: Table): Promise<void> {
  let builder = tx.schema.createTable(name)
  for (const [column, type] of Object.entries(table.columns)) {
    const dataType = TYPES[type.replace('?', '')] ?? 'text'
    builder = builder.addColumn(column, dataType, definition =>
      type.endsWith('?') ? definition : definition.notNull(),
    )
  }
  await builder.addPrimaryKeyConstraint(`${name}_key`, columnsOf(table.key)).execute()
  for (const columns of table.unique ?? []) await createIndex(tx, name, columns, true)
  for (const columns of table.indices ?? []) await createIndex(tx, name, columns)
}

export async function createIndex(tx: Write, table: string, columns: string[], unique = false): Promise<void> {
  const builder = tx.schema
    .createIndex(`${table}_by_${columns.join('_')}`)
    .on(table)
    .columns(columns)
  await (unique ? builder.unique() : builder).execute()
}

/** Kysely wants at least one column, known by name. */
function columnsOf(names: string[]): never[] {
  return names as never[]
}
