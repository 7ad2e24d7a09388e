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

/** The files and folders of one folder, the oldest first. */
export async function listFiles(
  db: Queries,
  filter: FileFilter,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ total: number; rows: (FileRow & Placed)[] }> {
  const query = filtered(db, filter)
  const rows = await query.selectAll('files').orderBy('files.id').limit(limit).offset(offset).execute()
  return { total: await countFiles(db, filter), rows: await withPlaces(db, rows) }
}

/** Those behind the file `after`; at most `limit`. */
export async function listFilesAfter(db: Queries, filter: FileFilter, after: string, limit: number) {
  const query = filtered(db, filter).selectAll('files').where('files.id', '>', after).orderBy('files.id').limit(limit)
  return await withPlaces(db, await query.execute())
}

export async function countFiles(db: Queries, filter: FileFilter): Promise<number> {
  const { total } = await filtered(db, filter)
    .select(count => count.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return Number(total)
}

function filtered(db: Queries, filter: FileFilter) {
  let query = db.selectFrom('files').where('files.parent', '=', filter.parent)
  if (filter.names) query = query.where('files.name', 'in', filter.names)
  if (filter.tasks) query = query.where('files.origin_task', 'in', filter.tasks)
  if (filter.tags) {
    const tags = filter.tags
    query = query.where(any =>
      any.or(tags.map(tag => sql<boolean>`replace(files.tags, ${JSON.stringify(tag)}, '') <> files.tags`)),
    )
  }
  for (const [key, values] of filter.metadata ?? []) {
    query = query.where('files.id', 'in', having =>
      having
        .selectFrom('file_metadata')
        .select('file')
        .where('folder', '=', filter.parent)
        .where('key', '=', key)
        .where('value', 'in', values),
    )
  }
  return query
}
