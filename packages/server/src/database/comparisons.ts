import type { Queries, Write } from './index.ts'
import type { ComparedOutputRow, ComparisonRow, ContentVerdictRow } from './schema.ts'

/** Which comparison: the newer task, the older one, by which version of the comparers. */
export type ComparisonKey = Pick<ComparisonRow, 'task' | 'other' | 'version'>

/** The newer task and the older one. */
export type ComparedPair = Pick<ComparisonKey, 'task' | 'other'>

export function findComparison(db: Queries, { task, other, version }: ComparisonKey) {
  return db
    .selectFrom('comparisons')
    .selectAll()
    .where('task', '=', task)
    .where('other', '=', other)
    .where('version', '=', version)
    .executeTakeFirst()
}

/** The comparisons of these tasks that are over: READY with a result, or FAILED without one. */
export function listMade(db: Queries, tasks: string[], version: number) {
  if (tasks.length === 0) return Promise.resolve([])
  return db
    .selectFrom('comparisons')
    .select(['task', 'other', 'result'])
    .where('task', 'in', tasks)
    .where('version', '=', version)
    .where('state', 'in', ['READY', 'FAILED'])
    .execute()
}

/** Puts a comparison at its beginning; false when somebody has asked for it before. */
export async function beginComparison(tx: Write, key: ComparisonKey): Promise<boolean> {
  const row: ComparisonRow = {
    ...key,
    state: 'MAKING',
    message: '',
    done: 0,
    total: 0,
    result: null,
    asked: Date.now(),
    made: null,
  }
  const made = await tx
    .insertInto('comparisons')
    .values(row)
    .onConflict(conflict => conflict.columns(['task', 'other', 'version']).doNothing())
    .returning('task')
    .execute()
  return made.length > 0
}

/** One that failed is made anew; false when it is not one that failed. */
export async function beginAgain(tx: Write, { task, other, version }: ComparisonKey): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('comparisons')
    .set({ state: 'MAKING', message: '', done: 0, asked: Date.now() })
    .where('task', '=', task)
    .where('other', '=', other)
    .where('version', '=', version)
    .where('state', '=', 'FAILED')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function updateComparison(tx: Write, key: ComparisonKey, fields: Partial<ComparisonRow>): Promise<void> {
  await tx
    .updateTable('comparisons')
    .set(fields)
    .where('task', '=', key.task)
    .where('other', '=', key.other)
    .where('version', '=', key.version)
    .execute()
}

export async function insertCompared(tx: Write, rows: ComparedOutputRow[]): Promise<void> {
  if (rows.length === 0) return
  await tx
    .insertInto('compared_outputs')
    .values(rows)
    .onConflict(conflict => conflict.columns(['task', 'other', 'version', 'position']).doNothing())
    .execute()
}

type Verdict = ComparedOutputRow['verdict']

function compared(db: Queries, key: ComparisonKey, verdict?: Verdict) {
  const query = db
    .selectFrom('compared_outputs')
    .where('task', '=', key.task)
    .where('other', '=', key.other)
    .where('version', '=', key.version)
  return verdict === undefined ? query : query.where('verdict', '=', verdict)
}

export async function pageCompared(
  db: Queries,
  key: ComparisonKey,
  { verdict, limit, offset }: { verdict?: Verdict | undefined; limit: number; offset: number },
): Promise<{ total: number; rows: string[] }> {
  const query = compared(db, key, verdict)
  const [{ total }, rows] = await Promise.all([
    query.select(of => of.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
    query.select('row').orderBy('position').limit(limit).offset(offset).execute(),
  ])
  return { total: Number(total), rows: rows.map(({ row }) => row) }
}

/** How many outputs have each verdict. */
export async function countVerdicts(db: Queries, key: ComparisonKey): Promise<{ [verdict in Verdict]: number }> {
  const rows = await compared(db, key)
    .select('verdict')
    .select(of => of.fn.countAll<number>().as('count'))
    .groupBy('verdict')
    .execute()
  const counts = { identical: 0, equivalent: 0, different: 0, missing: 0 }
  for (const { verdict, count } of rows) counts[verdict] = Number(count)
  return counts
}

/** What is known of pairs of contents, among these hashes. */
export async function findVerdicts(db: Queries, old: string[], version: number): Promise<ContentVerdictRow[]> {
  if (old.length === 0) return []
  return await db
    .selectFrom('content_verdicts')
    .selectAll()
    .where('old', 'in', old)
    .where('version', '=', version)
    .execute()
}

export async function insertVerdicts(tx: Write, rows: ContentVerdictRow[]): Promise<void> {
  if (rows.length === 0) return
  await tx
    .insertInto('content_verdicts')
    .values(rows)
    .onConflict(conflict => conflict.columns(['old', 'new', 'version']).doNothing())
    .execute()
}
