import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { openDatabase } from '../src/database/open.ts'
import { openPostgres } from '../src/database/postgres/open.ts'

/** The schema that the migrations end with in SQLite, as SQL. */
export async function sqliteSchema(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-schema-'))
  try {
    await (await openDatabase(folder)).close()
    const file = new DatabaseSync(join(folder, 'reprise.sqlite'), { readOnly: true })
    const rows = file
      .prepare('select tbl_name, sql from sqlite_schema where sql is not null order by tbl_name, type desc, name')
      .all()
    file.close()
    return text(rows.map(row => ({ table: String(row.tbl_name), statement: laidOut(String(row.sql)) })))
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The same in PostgreSQL, of an empty database at the address. */
export async function postgresSchema(url: string): Promise<string> {
  const database = await openPostgres({ url })
  try {
    const columns = await sql<{ table: string; line: string }>`
      select c.relname as table, a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        || case when a.attcollation <> t.typcollation then ' collate "' || co.collname || '"' else '' end
        || case when d.adbin is null then '' else ' default ' || pg_get_expr(d.adbin, d.adrelid) end
        || case when a.attnotnull then ' not null' else '' end as line
      from pg_class c join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid
        left join pg_collation co on co.oid = a.attcollation
        left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
      order by c.relname, a.attnum`.execute(database.read)
    const constraints = await sql<{ table: string; line: string }>`
      select c.relname as table, 'constraint ' || o.conname || ' ' || pg_get_constraintdef(o.oid) as line
      from pg_constraint o join pg_class c on c.oid = o.conrelid
      where c.relnamespace = 'public'::regnamespace and o.contype <> 'n' order by c.relname, o.conname`.execute(
      database.read,
    )
    const indices = await sql<{ table: string; statement: string }>`
      select tablename as table, replace(indexdef, ' ON public.', ' ON ') as statement from pg_indexes
      where schemaname = 'public' and indexname not in (select conname from pg_constraint)
      order by tablename, indexname`.execute(database.read)
    const views = await sql<{ table: string; statement: string }>`
      select viewname as table, 'create view ' || viewname || ' as' || chr(10) || rtrim(definition, ';') as statement
      from pg_views where schemaname = 'public' order by viewname`.execute(database.read)
    const lines = new Map<string, string[]>()
    for (const { table, line } of [...columns.rows, ...constraints.rows]) {
      lines.set(table, [...(lines.get(table) ?? []), line])
    }
    const tables = [...lines].map(([table, parts]) => ({
      table,
      statement: `create table ${table} (\n${parts.map(part => `  ${part}`).join(',\n')}\n)`,
    }))
    const all = [...tables, ...indices.rows, ...views.rows]
    return text(
      [...new Set(all.map(({ table }) => table))].sort().flatMap(name => all.filter(({ table }) => table === name)),
    )
  } finally {
    await database.close()
  }
}

function text(statements: { table: string; statement: string }[]): string {
  const head = '-- What the migrations end with. Made by `make schema`; a test compares it with what they make.\n'
  return head + statements.map(({ statement }) => `\n${statement};\n`).join('')
}

/** A column a line. */
function laidOut(statement: string): string {
  if (!statement.startsWith('CREATE TABLE') && !statement.startsWith('create table')) return statement
  const open = statement.indexOf('(')
  const inner = statement.slice(open + 1, statement.lastIndexOf(')'))
  return `${statement.slice(0, open)}(\n  ${inner.replaceAll(/,\s*(?![^(]*\))/g, ',\n  ')}\n)`
}
