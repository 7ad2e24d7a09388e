import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { Queries } from './index.ts'
import type { FileRow, Schema } from './schema.ts'

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>='

/** One field against one value, or `=` against any of several. `key` is that of a metadata field. */
export interface Comparison {
  field: 'type' | 'name' | 'id' | 'parent' | 'tags' | 'size' | 'created' | 'modified' | 'origin_task' | 'metadata'
  key?: string | undefined
  operator: Operator
  values: (string | number)[]
}

export type Condition = Comparison | { all: Condition[] } | { any: Condition[] }

/** Of the files that have a metadata value, so many are looked at one by one rather than all of the project. */
const FEW = 1000

/** Files and folders of the projects, without their root folders, behind the file `after`, in the order of ids. */
export async function searchFiles(
  db: Queries,
  search: { projects: string[]; condition: Condition | undefined; after: string; limit: number },
): Promise<FileRow[]> {
  const { projects, condition, after, limit } = search
  const ids = await fewest(db, projects, condition)
  let query = db
    .selectFrom('files')
    .selectAll('files')
    .where('files.project', 'in', projects)
    .where('files.parent', 'is not', null)
    .where('files.id', '>', after)
  if (ids) {
    if (ids.length === 0) return []
    query = query.where('files.id', 'in', ids)
  }
  if (condition) query = query.where(of => expressionOf(of, condition))
  return query.orderBy('files.id').limit(limit).execute()
}

/** Ids of the few files that a name or a metadata value leaves which all must have; undefined when none leaves few. */
async function fewest(db: Queries, projects: string[], condition?: Condition): Promise<string[] | undefined> {
  const all = condition === undefined ? [] : 'all' in condition ? condition.all : [condition]
  for (const each of all) {
    const rows = 'field' in each && each.operator === '=' ? await someWith(db, projects, each) : undefined
    if (rows && rows.length <= FEW) return rows.map(row => row.id)
  }
  return undefined
}

/** Some of the files of the projects with one of these names or metadata values; undefined for other fields. */
function someWith(db: Queries, projects: string[], { field, key, values }: Comparison) {
  // written out, so that the index of folders is known to have them all
  const folders = db
    .selectFrom('files')
    .select('id')
    .where('project', 'in', projects)
    .where('type', '=', sql.lit('folder'))
  const texts = values.map(String)
  if (field === 'name') {
    return db
      .selectFrom('files')
      .select('id')
      .where('parent', 'in', folders)
      .where('name', 'in', texts)
      .limit(FEW + 1)
      .execute()
  }
  if (field !== 'metadata') return undefined
  return db
    .selectFrom('file_metadata')
    .select('file as id')
    .where('folder', 'in', folders)
    .where('key', '=', key ?? '')
    .where('value', 'in', texts)
    .limit(FEW + 1)
    .execute()
}

function expressionOf(of: ExpressionBuilder<Schema, 'files'>, condition: Condition): Expression<SqlBool> {
  if ('all' in condition) return of.and(condition.all.map(each => expressionOf(of, each)))
  if ('any' in condition) return of.or(condition.any.map(each => expressionOf(of, each)))
  const { field, key, operator, values } = condition
  if (field === 'metadata') {
    const having = of.exists(
      of
        .selectFrom('file_metadata')
        .select('file_metadata.file')
        .whereRef('file_metadata.file', '=', 'files.id')
        .where('file_metadata.key', '=', key ?? '')
        .where('file_metadata.value', 'in', values.map(String)),
    )
    return operator === '=' ? having : of.not(having)
  }
  if (field === 'tags') {
    const tagged = of.or(
      values.map(tag => sql<boolean>`replace(files.tags, ${JSON.stringify(String(tag))}, '') <> files.tags`),
    )
    return operator === '=' ? tagged : of.not(tagged)
  }
  const column = `files.${field}` as const
  if (operator === '=') return of(column, 'in', values as string[])
  // what has no size or no task has not that one either
  if (operator === '!=') return of.or([of(column, 'is', null), of(column, '<>', values[0] as string)])
  return of(column, operator, values[0] as number)
}
