import { afterAll, beforeAll, expect, test } from 'vitest'
import { scanTaskHolders } from '../../src/database/sweep.ts'
import { newFileId } from '../../src/ids.ts'
import { plantFiles } from '../support/plant.ts'
import { taskRow } from '../support/rows.ts'
import { file, TaskFixture } from '../support/task-fixture.ts'

let t: TaskFixture

beforeAll(async () => {
  t = await TaskFixture.start()
})
afterAll(() => t.api.close())

const MANY = 1200

const heldBy = async (holder: string) =>
  (await t.api.database.read.selectFrom('holders').select('content').where('holder', '=', holder).execute()).length

test('a task whose inputs are more than one transaction may hold is submitted, and holds all of them', async () => {
  const parent = (await t.kim.post('/files', { project: t.project, name: 'many', type: 'folder' })).body.id
  const rows = Array.from({ length: MANY }, (_, n) => ({
    id: newFileId(),
    project: t.project,
    parent,
    type: 'file' as const,
    name: `f${n}`,
    content: `content-${n}`,
    size: 1,
    origin_task: null,
    tags: '[]',
    metadata: '{}',
    created: n,
    modified: n,
  }))
  await plantFiles(t.api.database, rows)
  const inputs = { reads: file(t.reads), folder: { class: 'Directory', path: parent } }
  const created = await t.create({ inputs }, '?action=run')
  expect(created.body.status, created.text).toBe('QUEUED')
  expect(await heldBy(`task:${created.body.id}`)).toBe(MANY + 1)
  const draft = await t.draft({ inputs })
  expect(await heldBy(`task:${draft.id}`)).toBe(0)
  expect((await t.kim.post(`/tasks/${draft.id}/actions/run`)).body.status).toBe('QUEUED')
  expect(await heldBy(`task:${draft.id}`)).toBe(MANY + 1)
  const clone = (await t.kim.post(`/tasks/${created.body.id}/actions/clone?action=run`)).body
  expect(await heldBy(`task:${clone.id}`)).toBe(MANY + 1)
  expect((await scanTaskHolders(t.api.database.read, '', 10)).due).toEqual([])
})

test('what is held for tasks that came to nothing is due, and nothing else of tasks', async () => {
  const draft = await t.draft()
  await t.api.database.write(tx =>
    tx
      .insertInto('holders')
      .values(['task:none', `task:${draft.id}`].map(holder => ({ content: 'c', holder, until: null })))
      .execute(),
  )
  const { due } = await scanTaskHolders(t.api.database.read, '', 100)
  expect(due.sort()).toEqual([`task:${draft.id}`, 'task:none'].sort())
})

test('a batch task is aborted with all of its children, however many', async () => {
  const { database } = t.api
  const parent = taskRow({ project: t.project, batch: 1, status: 'RUNNING' })
  const children = Array.from({ length: MANY }, () =>
    taskRow({ project: t.project, parent: parent.id, status: 'QUEUED' }),
  )
  for (const some of [[parent], children.slice(0, 700), children.slice(700)]) {
    await database.write(tx => tx.insertInto('tasks').values(some).execute())
  }
  expect((await t.kim.post(`/tasks/${parent.id}/actions/abort`)).status).toBe(200)
  const left = await database.read
    .selectFrom('tasks')
    .select('id')
    .where('parent', '=', parent.id)
    .where('status', '<>', 'ABORTING')
    .execute()
  expect(left).toEqual([])
})
