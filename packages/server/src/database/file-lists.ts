import { sql } from 'kysely'
import { type Placed, withPlaces } from './files.ts'
import type { Queries } from './index.ts'
import type { FileRow } from './schema.ts'

export interface FileFilter {
  parent: string
  /** each list: any of them */
  names?: string[] | undefined
  tags?: string[] | undefined
  tasks?: string[] | undefined
  /** all of the keys, any of the values of one */
  metadata?: [key: string, values: string[]][]
}

/** Of the files that have a metadata value, so many are looked at one by one rather than all of the folder. */
const FEW = 1000

/**
 * The files and folders of one folder, the oldest first.
 *
 * Of a metadata filter the database does not know how many files it leaves: one sample of a million files, or half of them. So
 * the ids of each key's files are asked for first, at most FEW of them. Where some key has no more, only those files are looked
 * at; where all have more, the folder is walked in the order of the list, file by file, and a page is soon full.
 */
export async function listFiles(
  db: Queries,
  filter: FileFilter,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ total: number; rows: (FileRow & Placed)[] }> {
  const query = filtered(db, filter, await fewest(db, filter))
  const [rows, total] = await Promise.all([
    query.selectAll('files').orderBy('files.id').limit(limit).offset(offset).execute(),
    countOf(query),
  ])
  return { total, rows: await withPlaces(db, rows) }
}

/** Those behind the file `after`; at most `limit`. */
export async function listFilesAfter(db: Queries, filter: FileFilter, after: string, limit: number) {
  const query = filtered(db, filter, await fewest(db, filter))
  const page = query.selectAll('files').where('files.id', '>', after).orderBy('files.id').limit(limit)
  return await withPlaces(db, await page.execute())
}

export async function countFiles(db: Queries, filter: FileFilter): Promise<number> {
  return await countOf(filtered(db, filter, await fewest(db, filter)))
}

async function countOf(query: ReturnType<typeof filtered>): Promise<number> {
  const { total } = await query.select(count => count.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  return Number(total)
}

/** The ids of the files of the rarest key, where those are few; undefined when all keys have many. */
async function fewest(db: Queries, { parent, metadata = [] }: FileFilter): Promise<string[] | undefined> {
  const found = await Promise.all(
    metadata.map(([key, values]) =>
      db
        .selectFrom('file_metadata')
        .select('file')
        .where('folder', '=', parent)
        .where('key', '=', key)
        .where('value', 'in', values)
        .limit(FEW + 1)
        .execute(),
    ),
  )
  const few = found.filter(rows => rows.length <= FEW).sort((a, b) => a.length - b.length)[0]
  return few?.map(row => row.file)
}

/** @param among the ids that can match, where they are known */
function filtered(db: Queries, filter: FileFilter, among: string[] | undefined) {
  let query = db.selectFrom('files').where('files.parent', '=', filter.parent)
  if (among) query = among.length === 0 ? query.where(sql<boolean>`1 = 0`) : query.where('files.id', 'in', among)
  if (filter.names) query = query.where('files.name', 'in', filter.names)
  if (filter.tasks) query = query.where('files.origin_task', 'in', filter.tasks)
  if (filter.tags) {
    const tags = filter.tags
    query = query.where(any =>
      any.or(tags.map(tag => sql<boolean>`replace(files.tags, ${JSON.stringify(tag)}, '') <> files.tags`)),
    )
  }
  for (const [key, values] of filter.metadata ?? []) {
    query = query.where(of =>
      of.exists(
        of
          .selectFrom('file_metadata')
          .select('file_metadata.file')
          .whereRef('file_metadata.file', '=', 'files.id')
          .where('file_metadata.key', '=', key)
          .where('file_metadata.value', 'in', values),
      ),
    )
  }
  return query
}
