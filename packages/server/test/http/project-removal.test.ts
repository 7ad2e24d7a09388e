import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hideProject, removeProjectRows } from '../../src/database/project-removal.ts'
import type { FileRow } from '../../src/database/schema.ts'
import { newFileId } from '../../src/ids.ts'
import { type Api, type Client, startApi } from '../support/api.ts'
import { TOOL } from '../support/documents.ts'
import { plantFiles } from '../support/plant.ts'
import { taskRow } from '../support/rows.ts'

let api: Api
let kim: Client

beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim')
})
afterAll(() => api.close())

const MANY = JSON.stringify(Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`k${n}`, 'v'])))

/** A project with something of everything, and so many files. */
async function fullProject(name: string, count: number): Promise<string> {
  const project = await kim.project(name)
  await kim.upload({ project }, 'own.txt', 'own')
  const app = await kim.app(project, 'app', TOOL)
  await kim.post('/tasks', { project, app, name: 'draft' })
  const upload = (await kim.post('/upload/multipart', { project, name: 'on its way', size: 3 })).body
  await kim.part(upload.href, 1, Buffer.from('abc'))
  const { read } = api.database
  const root = await read
    .selectFrom('projects')
    .select('root_folder')
    .where('id', '=', project)
    .executeTakeFirstOrThrow()
  const rows: FileRow[] = Array.from({ length: count }, (_, number) => ({
    id: newFileId(),
    project,
    parent: root.root_folder,
    type: 'file',
    name: `file-${number}`,
    content: `content-${number}`,
    size: 0,
    origin_task: null,
    tags: '[]',
    // of some hundred files more than one transaction may remove with them
    metadata: number % 1000 < 200 ? MANY : '{}',
    created: 0,
    modified: 0,
  }))
  await plantFiles(api.database, rows)
  const task = taskRow({ project, status: 'COMPLETED' })
  await api.database.write(async tx => {
    await tx.insertInto('tasks').values(task).execute()
    await tx
      .insertInto('holders')
      .values({ content: 'made', holder: `jobs:${task.id}`, until: null })
      .execute()
  })
  return project
}

/** Rows of every table that name the project, or anything of it that is known by its name. */
async function rowsOf(project: string): Promise<{ [table: string]: number }> {
  const counts: { [table: string]: number } = {}
  const tables = ['projects', 'files', 'tasks', 'uploads', 'apps', 'members', 'grants', 'storage_days'] as const
  for (const table of tables) {
    const column = table === 'projects' ? 'id' : 'project'
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from ${sql.table(table)} where ${sql.ref(column)} = ${project}`.execute(
      api.database.read,
    )
    if (Number(rows[0]!.count) > 0) counts[table] = Number(rows[0]!.count)
  }
  return counts
}

const holders = async () => (await api.database.read.selectFrom('holders').select('holder').execute()).length

test('a project leaves nothing, however much it had', async () => {
  const before = await holders()
  const project = await fullProject('Large', 5000)
  expect(await holders()).toBeGreaterThan(before + 5000)
  await api.database.write(tx => hideProject(tx, project))
  while (await api.database.write(tx => removeProjectRows(tx, project)));
  expect(await rowsOf(project)).toEqual({})
  expect(await holders()).toBe(before)
})

test('it is gone at once for all, and its id is not given away before the last of its rows is', async () => {
  const project = await fullProject('Twin', 300)
  await api.database.write(tx => hideProject(tx, project))
  expect((await kim.get(`/projects/${project}`)).status).toBe(404)
  expect((await kim.get(`/files?project=${project}`)).status).toBe(404)
  expect((await kim.post('/projects', { name: 'Twin' })).body.id).toBe(`${project}-1`)
  while (await api.database.write(tx => removeProjectRows(tx, project)));
  const fresh = await kim.post('/projects', { name: 'Twin' })
  expect(fresh.body.id).toBe(project)
  expect((await kim.get(`/files?project=${project}`)).body.items).toEqual([])
})

test('while a project of 20,000 files is deleted the calls of others are answered', async () => {
  const project = await fullProject('Huge', 20_000)
  const lee = await api.user('lee')
  await lee.project('Own')
  let isDeleted = false
  const deleting = kim.delete(`/projects/${project}`).then(answer => {
    isDeleted = true
    return answer
  })
  let answered = 0
  while (!isDeleted) {
    expect((await lee.post('/projects', { name: 'Beside' })).status).toBe(201)
    answered++
  }
  expect((await deleting).status).toBe(204)
  // a few for each hundred files: a writer that is held for the whole time answers one
  expect(answered).toBeGreaterThan(20)
  expect(await rowsOf(project)).toEqual({})
})
