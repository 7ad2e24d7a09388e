import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import { withinTimeLimit } from './in-time.ts'
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
  if (condition) query = query.where(of => expressionOf(of, condition)).where(withinTimeLimit(db))
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

/**
 * The conditions of an AND or an OR, those on a file's own columns first. Those on its metadata become one look at its rows
 * each for all that are alike, since a look a term would be a hundred looks for every file of the project:
 *
 *     a = 1 AND b = 2      both are among its rows         a != 1 AND b != 2    none of them is
 *     a = 1 OR b = 2       any of them is                  a != 1 OR b != 2     not both are
 *
 * @param both the operator with which all of the terms have to hold
 */
function group(
  of: ExpressionBuilder<Schema, 'files'>,
  conditions: Condition[],
  both: '=' | '!=',
): Expression<SqlBool>[] {
  const metadata = conditions.filter(each => 'field' in each && each.field === 'metadata') as Comparison[]
  const others = conditions.filter(each => !metadata.includes(each as Comparison))
  const own = others.filter(each => 'field' in each)
  const nested = others.filter(each => !('field' in each))
  const expressions = own.map(each => expressionOf(of, each))
  for (const operator of ['=', '!='] as const) {
    const alike = metadata.filter(each => each.operator === operator)
    if (alike.length === 0) continue
    const having = operator === both ? havingAll(of, alike) : havingAny(of, union(alike))
    expressions.push(operator === '=' ? having : of.not(having))
  }
  return [...expressions, ...nested.map(each => expressionOf(of, each))]
}

type Wanted = Map<string, Set<string>>

/** Values by key: those of all the terms. */
function union(terms: Comparison[]): Wanted {
  const wanted: Wanted = new Map()
  for (const { key = '', values } of terms) {
    wanted.set(key, new Set([...(wanted.get(key) ?? []), ...values.map(String)]))
  }
  return wanted
}

/** True for a file with any of the values. A key has one value. */
function havingAny(of: ExpressionBuilder<Schema, 'files'>, wanted: Wanted): Expression<SqlBool> {
  return of.exists(rowsWith(of, wanted).select('file_metadata.file'))
}

/** True for a file that fits each of the terms. */
function havingAll(of: ExpressionBuilder<Schema, 'files'>, terms: Comparison[]): Expression<SqlBool> {
  const wanted: Wanted = new Map()
  for (const { key = '', values } of terms) {
    const before = wanted.get(key)
    wanted.set(key, new Set(values.map(String).filter(value => !before || before.has(value))))
  }
  if ([...wanted.values()].some(values => values.size === 0)) return sql<boolean>`1 = 0`
  if (wanted.size === 1) return havingAny(of, wanted)
  const count = rowsWith(of, wanted).select(rows => rows.fn.countAll<number>().as('count'))
  return of(count, '=', wanted.size)
}

/** A file's metadata that are wanted: all its rows are gone through, and each is looked up among the wanted ones. */
function rowsWith(of: ExpressionBuilder<Schema, 'files'>, wanted: Wanted) {
  const query = of.selectFrom('file_metadata').whereRef('file_metadata.file', '=', 'files.id')
  const [[key, values] = ['', new Set<string>()], ...others] = wanted
  if (others.length === 0)
    return query.where('file_metadata.key', '=', key).where('file_metadata.value', 'in', [...values])
  const pairs = [...wanted].flatMap(([key, values]) => [...values].map(value => sql`(${key}, ${value})`))
  // the key as an expression, lest it is looked up by key after all
  return query.where(sql<boolean>`(file_metadata.key || '', file_metadata.value) in (values ${sql.join(pairs)})`)
}

function expressionOf(of: ExpressionBuilder<Schema, 'files'>, condition: Condition): Expression<SqlBool> {
  if ('all' in condition) return of.and(group(of, condition.all, '='))
  if ('any' in condition) return of.or(group(of, condition.any, '!='))
  const { field, key, operator, values } = condition
  if (field === 'metadata') {
    const having = havingAny(of, new Map([[key ?? '', new Set(values.map(String))]]))
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
