/**
 * All rows of a database as lines that can be compared with those of another run: without times and attempts, and ids by what they stand
 * for. An id gets the colour of the rows that have it, again and again, until what two steps away tells rows apart has come through.
 */
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from '../../src/database/index.ts'
import type { Schema } from '../../src/database/schema.ts'

const TABLES = (
  'users projects removed_projects members grants divisions teams files file_metadata contents holders volumes volume_grants ' +
  'transfers uploads upload_parts upload_writers apps app_revisions stored_values tasks jobs operations operation_records ' +
  'markers idempotency_keys takeovers workers'
).split(' ') as (keyof Schema)[]

/** What may differ: how often and by whom it was tried, and of an answer that was lost only the object is there. */
const LEFT_OUT: { [table: string]: string[] } = {
  tasks: ['claim'],
  jobs: ['attempt', 'retried', 'cpu', 'memory'],
  operations: ['owner', 'lease'],
  idempotency_keys: ['owner', 'status', 'body', 'object'],
}

const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b(?:[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{24})\b/g
const STEPS = 6

/** The rows as lines, at each step: with every id the same, then with ids told apart by more and more of what is around them. */
export type Rows = Map<string, { count: number; shown: string }>[]

/** @param folder the data folder, which paths in the rows begin with */
export async function rowsOf(database: Database, folder: string): Promise<Rows> {
  const texts: string[] = []
  for (const table of TABLES) {
    const { rows } = await sql<{ [column: string]: unknown }>`select * from ${sql.table(table)}`.execute(database.read)
    for (const row of rows) texts.push(textOf(table, row, folder))
  }
  const of = new Map<string, string[]>()
  for (const text of texts) {
    for (const [id] of text.matchAll(ID)) of.set(id, [...(of.get(id) ?? []), text])
  }
  let colours = new Map<string, string>()
  const coloured = (text: string, self?: string) =>
    text.replaceAll(ID, id => (id === self ? 'self' : (colours.get(id) ?? 'id')))
  const steps: Rows = []
  for (let step = 0; step < STEPS; step++) {
    steps.push(counted(texts, coloured))
    const next = new Map<string, string>()
    for (const [id, rows] of of) next.set(id, short(rows.map(text => coloured(text, id)).sort()))
    colours = next
  }
  return steps
}

function counted(texts: string[], coloured: (text: string) => string): Rows[number] {
  const lines: Rows[number] = new Map()
  for (const text of texts) {
    const line = coloured(text)
    lines.set(line, { count: (lines.get(line)?.count ?? 0) + 1, shown: text })
  }
  return lines
}

/** What the second ones have less or more than the first: at the first step at which they differ. */
export function differences(wanted: Rows, found: Rows): string[] {
  for (const [step, lines] of wanted.entries()) {
    const others = found[step]!
    const more = (line: string) => (others.get(line)?.count ?? 0) - (lines.get(line)?.count ?? 0)
    const [missing, surplus] = [
      [...lines.keys()].filter(line => more(line) < 0),
      [...others.keys()].filter(line => more(line) > 0),
    ]
    const different = missing.map(line => {
      const [near] = surplus.toSorted((a, b) => common(line, b) - common(line, a))
      return near === undefined ? `missing: ${lines.get(line)!.shown}` : apart(line, near)
    })
    const unmatched = missing.length > 0 ? [] : surplus.map(line => `too much: ${others.get(line)!.shown}`)
    if (missing.length + surplus.length > 0)
      return [
        `${missing.length} rows are missing, ${surplus.length} too much, at step ${step}`,
        ...different,
        ...unmatched,
      ]
  }
  return []
}

/** Characters with which both begin. */
function common(one: string, other: string): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length++
  return length
}

function apart(wanted: string, found: string): string {
  const from = common(wanted, found)
  const part = (line: string) => line.slice(Math.max(0, from - 40), from + 80)
  return `${wanted.slice(0, 80)} …: ${part(wanted)} | is ${part(found)}`
}

function textOf(table: string, row: { [column: string]: unknown }, folder: string): string {
  const columns = Object.entries(row).filter(([column]) => !LEFT_OUT[table]?.includes(column))
  const told = columns.map(([column, value]) => {
    if (value instanceof Uint8Array) return [column, `bytes ${createHash('sha1').update(value).digest('base64')}`]
    // a hash of bytes is not an id, nor is one number of PostgreSQL's a text
    if (table === 'contents' && column === 'sha256' && value)
      return [column, Buffer.from(`${value}`, 'hex').toString('base64')]
    return [column, typeof value === 'bigint' ? Number(value) : value]
  })
  return `${table} ${JSON.stringify(Object.fromEntries(told))}`
    .replaceAll(folder, 'DATA')
    .replaceAll(/(-[0-9a-f]{16})\/\d+/g, '$1/N')
    .replaceAll(/\b1[78]\d{11}\b/g, 'T')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'T')
}

function short(lines: string[]): string {
  return createHash('sha1').update(lines.join('\n')).digest('base64').slice(0, 12)
}
