import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import { type VolumeLocation, withVolumeLocations } from './files.ts'
import { withinTimeLimit } from './in-time.ts'
import type { Queries } from './index.ts'
import type { FileRow, Schema } from './schema.ts'

/**
 * Lists of one folder. With filters on metadata the databases choose badly: they know nothing of how many files a value has,
 * and collect all that have it, be it half of a million. So it is counted first, up to a bound, how many files each filter
 * leaves: an index has them side by side. The list then starts from the fewest, and looks up the other filters for each of
 * them. When every filter leaves many, the folder is gone through in its order instead, since a page is soon full.
 */
const MANY = 20_000

/** Filters that are looked up one by one; of more, the databases would plan for longer than they look. */
const SINGLE = 4

/** A filter on one key of the metadata: any of the values. */
type KeyFilter = [key: string, values: string[]]

export interface FileFilter {
  parent: string
  /** each list: any of them */
  names?: string[] | undefined
  tags?: string[] | undefined
  tasks?: string[] | undefined
  /** all of the keys, any of the values of one */
  metadata?: KeyFilter[]
}

/** The files and folders of one folder, the oldest first. */
export async function listFiles(
  db: Queries,
  filter: FileFilter,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ total: number; rows: (FileRow & VolumeLocation)[] }> {
  const ranked = await rank(db, filter)
  const rows = await filtered(db, filter, ranked)
    .selectAll('files')
    .orderBy('files.id')
    .limit(limit)
    .offset(offset)
    .execute()
  // the first page may have everything
  const all = offset === 0 && rows.length < limit
  return { total: all ? rows.length : await count(db, filter, ranked), rows: await withVolumeLocations(db, rows) }
}

/** Those behind the file `after`; at most `limit`. */
export async function listFilesAfter(
  db: Queries,
  filter: FileFilter,
  after: string,
  limit: number,
): Promise<(FileRow & VolumeLocation)[]> {
  const rows = await filtered(db, filter, await rank(db, filter))
    .selectAll('files')
    .where('files.id', '>', after)
    .orderBy('files.id')
    .limit(limit)
    .execute()
  return await withVolumeLocations(db, rows)
}

export async function countFiles(db: Queries, filter: FileFilter): Promise<number> {
  return count(db, filter, await rank(db, filter))
}

/** The metadata filters, the one that leaves the fewest files first, and whether those are few. */
interface Ranked {
  keys: KeyFilter[]
  few: boolean
}

async function rank(db: Queries, { parent, names, tasks, metadata = [] }: FileFilter): Promise<Ranked> {
  // names and tasks have indices of their own, which leave few files
  if (metadata.length === 0 || names || tasks) return { keys: metadata, few: false }
  const sizes = new Map<KeyFilter, number>()
  for (const each of metadata) sizes.set(each, await sizeOf(db, parent, each))
  const keys = metadata.toSorted((a, b) => sizes.get(a)! - sizes.get(b)!)
  return { keys, few: sizes.get(keys[0]!)! < MANY }
}

/** How many files of the folder have one of the values; at most MANY. */
async function sizeOf(db: Queries, folder: string, [key, values]: KeyFilter): Promise<number> {
  const { total } = await db
    .selectFrom(having(db, folder, [key, values]).select('file').limit(MANY).as('some'))
    .select(size => size.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return Number(total)
}

async function count(db: Queries, filter: FileFilter, { keys, few }: Ranked): Promise<number> {
  const [first, ...others] = keys
  if (first && !filter.names && !filter.tasks && !filter.tags) {
    let query = having(db, filter.parent, first).where(withinTimeLimit(db))
    for (const each of others.slice(0, SINGLE)) {
      query = query.where(of => of.exists(alsoHaving(of, filter.parent, each)))
    }
    const rest = others.slice(SINGLE)
    if (rest.length > 0) query = query.where(havingAll('file_metadata.file', rest))
    const { total } = await query.select(size => size.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
    return Number(total)
  }
  const { total } = await filtered(db, filter, { keys, few })
    .select(size => size.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return Number(total)
}

function filtered(db: Queries, filter: FileFilter, { keys, few }: Ranked) {
  const { parent, names, tags, tasks } = filter
  let query = db.selectFrom('files').where('files.parent', '=', parent)
  if (names) query = query.where('files.name', 'in', names)
  if (tasks) query = query.where('files.origin_task', 'in', tasks)
  if (tags || keys.length > 0) query = query.where(withinTimeLimit(db))
  if (tags) {
    query = query.where(any =>
      any.or(tags.map(tag => sql<boolean>`replace(files.tags, ${JSON.stringify(tag)}, '') <> files.tags`)),
    )
  }
  if (few) query = query.where('files.id', 'in', having(db, parent, keys[0]!).select('file'))
  const others = few ? keys.slice(1) : keys
  for (const each of others.slice(0, SINGLE)) query = query.where(of => of.exists(fileHaving(of, parent, each)))
  const rest = others.slice(SINGLE)
  return rest.length === 0 ? query : query.where(havingAll('files.id', rest))
}

function having(db: Queries, folder: string, [key, values]: KeyFilter) {
  return db
    .selectFrom('file_metadata')
    .where('file_metadata.folder', '=', folder)
    .where('file_metadata.key', '=', key)
    .where('file_metadata.value', 'in', values)
}

/** The row of the same file for another key; by its folder too, since then the one index has everything. */
function alsoHaving(of: ExpressionBuilder<Schema, 'file_metadata'>, folder: string, [key, values]: KeyFilter) {
  return of
    .selectFrom('file_metadata as other')
    .select('other.file')
    .where('other.folder', '=', folder)
    .where('other.key', '=', key)
    .where('other.value', 'in', values)
    .whereRef('other.file', '=', 'file_metadata.file')
}

/** True for a file that has each of the keys with one of its values: as many of its rows are among them. */
function havingAll(file: 'files.id' | 'file_metadata.file', keys: KeyFilter[]): Expression<SqlBool> {
  const pairs = keys.flatMap(([key, values]) => [...new Set(values)].map(value => sql`(${key}, ${value})`))
  // the key as an expression, lest it is looked up key by key after all
  return sql<boolean>`(select count(*) from file_metadata as rest where rest.file = ${sql.ref(file)}
    and (rest.key || '', rest.value) in (values ${sql.join(pairs)})) = ${sql.lit(keys.length)}`
}

function fileHaving(of: ExpressionBuilder<Schema, 'files'>, folder: string, [key, values]: KeyFilter) {
  return of
    .selectFrom('file_metadata as other')
    .select('other.file')
    .where('other.folder', '=', folder)
    .where('other.key', '=', key)
    .where('other.value', 'in', values)
    .whereRef('other.file', '=', 'files.id')
}
