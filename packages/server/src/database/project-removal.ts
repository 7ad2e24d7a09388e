/**
 * A project goes in two steps, since it may have any number of rows: one small transaction takes away what makes it visible, its
 * row and its members; then everything in it goes, some rows at a time. Until the last one is gone its id is not given away. A
 * server that dies meanwhile leaves the rest to the sweeper.
 */
import type { Queries, Write } from './index.ts'
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
export async function removeSome(tx: Write, id: string): Promise<boolean> {
  for (const remove of [removeFiles, removeTasks, removeUploads, removeApps, removeDays]) {
    if (await remove(tx, id)) return true
  }
  await tx.deleteFrom('removed_projects').where('id', '=', id).execute()
  return false
}

async function removeFiles(tx: Write, project: string): Promise<boolean> {
  const ids = await idsOf(tx, 'files', project)
  await deleteFiles(tx, ids)
  return ids.length > 0
}

async function removeTasks(tx: Write, project: string): Promise<boolean> {
  const ids = await idsOf(tx, 'tasks', project)
  if (ids.length === 0) return false
  if ((await removeJobs(tx, ids)) > 0) return true
  const held = ids.flatMap(id => [`task:${id}`, `jobs:${id}`])
  if ((await removeHolders(tx, held)) > 0) return true
  await tx.deleteFrom('takeovers').where('task', 'in', ids).execute()
  await tx.deleteFrom('tasks').where('id', 'in', ids).execute()
  return true
}

async function removeJobs(tx: Write, tasks: string[]): Promise<number> {
  const jobs = await tx.selectFrom('jobs').select(['task', 'path']).where('task', 'in', tasks).limit(ROWS).execute()
  for (const [task, rows] of Map.groupBy(jobs, row => row.task)) {
    const paths = rows.map(row => row.path)
    await tx.deleteFrom('jobs').where('task', '=', task).where('path', 'in', paths).execute()
  }
  return jobs.length
}

async function removeHolders(tx: Write, names: string[]): Promise<number> {
  const holders = await tx
    .selectFrom('holders')
    .select(['content', 'holder'])
    .where('holder', 'in', names)
    .limit(ROWS)
    .execute()
  for (const [holder, rows] of Map.groupBy(holders, row => row.holder)) {
    const contents = rows.map(row => row.content)
    await tx.deleteFrom('holders').where('holder', '=', holder).where('content', 'in', contents).execute()
  }
  return holders.length
}

async function removeUploads(tx: Write, project: string): Promise<boolean> {
  const ids = await idsOf(tx, 'uploads', project)
  if (ids.length === 0) return false
  const parts = await tx
    .selectFrom('upload_parts')
    .select(['upload', 'number'])
    .where('upload', 'in', ids)
    .limit(ROWS)
    .execute()
  for (const [upload, rows] of Map.groupBy(parts, row => row.upload)) {
    const numbers = rows.map(row => row.number)
    await tx.deleteFrom('upload_parts').where('upload', '=', upload).where('number', 'in', numbers).execute()
  }
  if (parts.length > 0) return true
  await tx.deleteFrom('upload_writers').where('upload', 'in', ids).execute()
  await tx.deleteFrom('uploads').where('id', 'in', ids).execute()
  return true
}

async function removeApps(tx: Write, project: string): Promise<boolean> {
  const ids = await idsOf(tx, 'apps', project)
  if (ids.length === 0) return false
  const revisions = await tx
    .selectFrom('app_revisions')
    .select(['app', 'revision'])
    .where('app', 'in', ids)
    .limit(ROWS)
    .execute()
  for (const [app, rows] of Map.groupBy(revisions, row => row.app)) {
    const numbers = rows.map(row => row.revision)
    await tx.deleteFrom('app_revisions').where('app', '=', app).where('revision', 'in', numbers).execute()
  }
  if (revisions.length === 0) await tx.deleteFrom('apps').where('id', 'in', ids).execute()
  return true
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

async function idsOf(tx: Write, table: 'files' | 'tasks' | 'uploads' | 'apps', project: string): Promise<string[]> {
  const rows = await tx.selectFrom(table).select(`${table}.id`).where('project', '=', project).limit(THINGS).execute()
  return rows.map(row => row.id)
}
