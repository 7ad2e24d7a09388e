import { once } from 'node:events'
import type { Api, Query } from './api.ts'
import { ClientError } from './errors.ts'
import { type Column, formatTable, terminalWidth } from './table.ts'

export interface ListFlags {
  limit?: number
  all?: boolean
  fields?: string
  json?: boolean
}

export interface ListShape<T> {
  columns: readonly Column<T>[]
  /** the fields that the columns read */
  fields: string
  /** what one is called, and several */
  nouns: readonly [string, string]
}

/** How many a table shows when nothing is said. */
const shownAtFirst = 50

/**
 * Prints a collection. For people: a table, and a line that says how many there are. With `--json`: one array of all items,
 * written page by page as they come.
 */
export async function printList<T>(
  api: Api,
  path: string,
  query: Query,
  flags: ListFlags,
  shape: ListShape<T>,
): Promise<void> {
  if (flags.all && flags.limit !== undefined) throw new ClientError('--all and --limit exclude each other.')
  const limit = flags.limit ?? (flags.json || flags.all ? Number.POSITIVE_INFINITY : shownAtFirst)
  const asked = { ...query, limit: Math.min(limit, 100) }
  if (flags.json) return streamJson(pagesTo(api, path, { ...asked, fields: flags.fields ?? '_all' }, limit))
  const items: T[] = []
  let total: number | undefined
  for await (const page of pagesTo<T>(api, path, { ...asked, fields: flags.fields ?? shape.fields }, limit)) {
    items.push(...page.items)
    total = page.total
  }
  printTable(items, chosen(shape.columns, flags.fields), shape.nouns, total)
}

/** Prints a table with its line of the total; `total` counts what is not shown too. */
export function printTable<T>(
  items: readonly T[],
  columns: readonly Column<T>[],
  [one, several]: readonly [string, string],
  total = items.length,
): void {
  if (items.length > 0) console.log(formatTable(columns, items, terminalWidth()))
  const rest = total > items.length ? `${items.length} of ${total} ${several}; --all shows the rest` : undefined
  const count = items.length === 0 ? `No ${several}` : `${items.length} ${items.length === 1 ? one : several}`
  console.log(rest ?? count)
}

/** The columns that `--fields` names, each a path of keys; what it only takes away leaves the columns as they are. */
function chosen<T>(columns: readonly Column<T>[], fields: string | undefined): readonly Column<T>[] {
  const names = fields?.split(',').filter(name => name !== '' && name !== '_all' && !name.startsWith('!')) ?? []
  if (names.length === 0) return columns
  return names.map(name => ({ title: name.toUpperCase(), of: item => fieldOf(item, name), whole: name === 'id' }))
}

/** A field by its path; a key of its own may hold dots, as metadata do. */
export function fieldOf(item: unknown, path: string): unknown {
  if (typeof item !== 'object' || item === null) return undefined
  if (path in item) return Reflect.get(item, path)
  const [head, ...rest] = path.split('.')
  return rest.length === 0 ? undefined : fieldOf(Reflect.get(item, head!), rest.join('.'))
}

async function* pagesTo<T>(api: Api, path: string, query: Query, limit: number) {
  let left = limit
  for await (const page of api.pages<T>(path, query)) {
    yield { ...page, items: page.items.slice(0, left) }
    left -= page.items.length
    if (left <= 0) return
  }
}

async function streamJson(pages: AsyncIterable<{ items: unknown[] }>): Promise<void> {
  let before = '['
  for await (const { items } of pages) {
    for (const item of items) {
      await write(`${before}\n${JSON.stringify(item, null, 2).replace(/^/gm, '  ')}`)
      before = ','
    }
  }
  await write(before === '[' ? '[]\n' : '\n]\n')
}

async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain')
}
