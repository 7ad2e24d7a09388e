/**
 * A project goes in two steps, since it may have any number of rows: one small transaction takes away what makes it visible, its
 * row and its members; then everything in it goes, some rows at a time. Until the last one is gone its id is not given away. A
 * server that dies meanwhile leaves the rest to the sweeper.
 */

import { sql } from 'kysely'
import { jobsHolder, taskHolder } from '../domain/holders.ts'
import type { Queries, Write } from './index.ts'
import { removePlansOf } from './plans.ts'
import { deleteFiles } from './trees.ts'

/** Things of a project in one transaction, which may have some rows each. */
const THINGS = 100
/** Rows of one kind that belong to such things. */
const ROWS = 500

/** Nobody sees the project any more. */
export async function hideProject(tx: Write, id: string): Promise<void> {
  const row = await tx.selectFrom('projects').select('owner').where('id', '=', id).executeTakeFirstOrThrow()
  await tx.insertInto('removed_projects').values({ id, owner: row.owner, removed: Date.now() }).execute()
  for (const table of ['members', 'grants'] as const) await tx.deleteFrom(table).where('project', '=', id).execute()
  await tx.deleteFrom('projects').where('id', '=', id).execute()
}

export async function listRemoved(db: Queries): Promise<string[]> {
  return (await db.selectFrom('removed_projects').select('id').execute()).map(row => row.id)
}

/** Removes some of what is left of a hidden project. False when that was all, and the id is free. */
export async function removeProjectRows(tx: Write, id: string): Promise<boolean> {
  for (const remove of [removeFiles, removeTasks, removeUploads, removeApps, removeDays]) {
    if (await remove(tx, id)) return true
  }
  await tx.deleteFrom('removed_projects').where('id', '=', id).execute()
  return false
}

async function removeFiles(tx: Write, project: string): Promise<boolean> {
  const ids = await idsOf(tx, 'file_rows', project)
  if (ids.length === 0) return false
  if (await removeOf(tx, 'file_metadata_rows', ['file', 'key'], ids)) return true
  if (await removeOf(tx, 'markers', ['file', 'id'], ids)) return true
  await deleteFiles(tx, ids)
  return true
}

async function removeTasks(tx: Write, project: string): Promise<boolean> {
  const ids = await idsOf(tx, 'tasks', project)
  if (ids.length === 0) return false
  if (await removeOf(tx, 'jobs', ['task', 'path'], ids)) return true
  const held = ids.flatMap(id => [taskHolder(id), jobsHolder(id)])
  if (await removeOf(tx, 'holders', ['holder', 'content'], held)) return true
  if (await removeComparisons(tx, ids)) return true
  if (await removePlansOf(tx, ids)) return true
  await tx.deleteFrom('takeovers').where('task', 'in', ids).execute()
  await tx.deleteFrom('tasks').where('id', 'in', ids).execute()
  return true
}

async function removeComparisons(tx: Write, tasks: string[]): Promise<boolean> {
  for (const [table, keys] of [
    ['compared_outputs', sql`task, other, version, position`],
    ['comparisons', sql`task, other, version`],
  ] as const) {
    const some = sql`select ${keys} from ${sql.table(table)} where task in (${sql.join(tasks)}) limit ${sql.lit(ROWS)}`
    const { numAffectedRows } = await sql`delete from ${sql.table(table)} where (${keys}) in (${some})`.execute(tx)
    if (numAffectedRows) return true
  }
  return false
}

async function removeUploads(tx: Write, project: string): Promise<boolean> {
  const ids = await idsOf(tx, 'uploads', project)
  if (ids.length === 0) return false
  if (await removeOf(tx, 'upload_parts', ['upload', 'number'], ids)) return true
  if (await removeOf(tx, 'upload_writers', ['upload', 'number'], ids)) return true
  await tx.deleteFrom('uploads').where('id', 'in', ids).execute()
  return true
}

async function removeApps(tx: Write, project: string): Promise<boolean> {
  const ids = await idsOf(tx, 'apps', project)
  if (ids.length === 0) return false
  if (await removeOf(tx, 'app_revisions', ['app', 'revision'], ids)) return true
  await tx.deleteFrom('apps').where('id', 'in', ids).execute()
  return true
}

/** Removes up to ROWS rows of a table that belong to these; `columns`: whose they are, and what tells them apart. False when there was none. */
async function removeOf(tx: Write, table: string, [owner, own]: [string, string], owners: string[]): Promise<boolean> {
  const [name, of, by] = [sql.table(table), sql.ref(owner), sql.ref(own)]
  const { rows } = await sql<{ of: string; by: string | number }>`
    select ${of} as "of", ${by} as "by" from ${name} where ${of} in (${sql.join(owners)}) limit ${sql.lit(ROWS)}`.execute(
    tx,
  )
  for (const [each, some] of Map.groupBy(rows, row => row.of)) {
    const keys = sql.join(some.map(row => row.by))
    await sql`delete from ${name} where ${of} = ${each} and ${by} in (${keys})`.execute(tx)
  }
  return rows.length > 0
}

async function removeDays(tx: Write, project: string): Promise<boolean> {
  for (const table of ['storage_days', 'egress_days'] as const) {
    const rows = await tx.selectFrom(table).select('day').where('project', '=', project).limit(THINGS).execute()
    if (rows.length === 0) continue
    const days = rows.map(row => row.day)
    await tx.deleteFrom(table).where('project', '=', project).where('day', 'in', days).execute()
    return true
  }
  return false
}

async function idsOf(tx: Write, table: 'file_rows' | 'tasks' | 'uploads' | 'apps', project: string): Promise<string[]> {
  const rows = await tx.selectFrom(table).select(`${table}.id`).where('project', '=', project).limit(THINGS).execute()
  return rows.map(row => row.id)
}
