import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '../support/api.ts'
import { file, TaskFixture } from '../support/task-fixture.ts'

let fixture: TaskFixture

beforeAll(async () => {
  fixture = await TaskFixture.start()
})
afterAll(() => fixture.api.close())

const clone = async (task: Json, body: object = {}, query = '?action=run') =>
  (await fixture.kim.post(`${task.href}/actions/clone${query}`, body)).body

const lineage = async (task: Json, client = fixture.kim) => (await client.get(`${task.href}/lineage`)).body

test('what each changed is what differs as they were frozen: a draft that was edited too, an old value not, a name never', async () => {
  const root = (await fixture.create({ inputs: { reads: file(fixture.reads), threads: 3 } }, '?action=run')).body
  const named = await clone(root, { name: 'other name', description: 'x' })
  const draft = await clone(root, {}, '')
  await fixture.kim.patch(draft.href, { inputs: { threads: 9 }, execution_settings: { max_parallel_instances: 2 } })
  const edited = (await fixture.kim.post(`${draft.href}/actions/run`)).body
  const back = await clone(edited, { inputs: { threads: 3 } })
  const waiting = await clone(back, { inputs: { threads: 5 } }, '')
  const { root: first, tasks, counts } = await lineage(edited)
  expect([first, counts]).toEqual([root.id, { tasks: 5, hidden: 0 }])
  expect(tasks).toMatchObject([
    { id: root.id, status: 'QUEUED', created_by: 'kim' },
    { id: named.id, origin: root.id, changed: [] },
    { id: edited.id, origin: root.id, changed: ['inputs/threads', 'settings/max_parallel_instances'] },
    { id: back.id, origin: edited.id, changed: ['inputs/threads'] },
    { id: waiting.id, origin: back.id, status: 'DRAFT' },
  ])
  expect((tasks as Json[])[4]).not.toHaveProperty('changed')
  expect((tasks as Json[])[0]).not.toHaveProperty('origin')
})

test('the same bytes under another id are no change; other bytes under the same name are', async () => {
  const { kim, project } = fixture
  const same = await kim.upload({ project }, 'same.txt', 'words')
  await kim.patch(`/files/${same}`, { name: 'moved.txt' })
  const other = await kim.upload({ project }, 'other.txt', 'words!')
  const root = (await fixture.create({ inputs: { reads: file(other) } }, '?action=run')).body
  await kim.patch(`/files/${other}`, { name: 'once.txt' })
  await kim.patch(`/files/${same}`, { name: 'other.txt' })
  const changed = await clone(root, { inputs: { reads: file(same) } })
  const again = await kim.upload({ project }, 'again.txt', 'words!')
  await kim.patch(`/files/${same}`, { name: 'gone.txt' })
  await kim.patch(`/files/${again}`, { name: 'other.txt' })
  const back = await clone(root, { inputs: { reads: file(again) } })
  expect((await lineage(root)).tasks).toMatchObject([
    { id: root.id },
    { id: changed.id, changed: ['inputs/reads'] },
    { id: back.id, changed: [] },
  ])
})

test('a deleted ancestor stays as one; what the caller may not read is counted and not named', async () => {
  const draft = await fixture.draft()
  const rerun = await clone(draft)
  await fixture.kim.delete(`/tasks/${draft.id}`)
  expect(await lineage(rerun)).toMatchObject({
    root: draft.id,
    counts: { tasks: 2, hidden: 0 },
    tasks: [
      { id: draft.id, deleted: true },
      { id: rerun.id, origin: draft.id },
    ],
  })

  const own = await fixture.lee.project('Own')
  const move = (task: Json) =>
    fixture.api.database.write(tx => tx.updateTable('tasks').set({ project: own }).where('id', '=', task.id).execute())
  const first = await clone(rerun)
  const middle = await clone(first)
  const leaf = await clone(middle)
  await move(middle)
  const seen = await lineage(leaf)
  expect([seen.root, seen.counts]).toEqual([leaf.id, { tasks: 2, hidden: 1 }])
  expect(JSON.stringify(seen)).not.toContain(middle.id)
  const whole = await lineage(first)
  expect(whole.counts).toEqual({ tasks: 5, hidden: 1 })
  expect((whole.tasks as Json[]).map(task => task.id)).toEqual([draft.id, rerun.id, first.id, leaf.id])
  expect(JSON.stringify(whole)).not.toContain(middle.id)
})
