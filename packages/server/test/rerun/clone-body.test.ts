import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '../support/api.ts'
import { TOOL } from '../support/documents.ts'
import { file, TaskFixture } from '../support/task-fixture.ts'

let fixture: TaskFixture

beforeAll(async () => {
  fixture = await TaskFixture.start()
  await fixture.kim.post(`/apps/${fixture.project}/wc/1/raw`, TOOL)
})
afterAll(() => fixture.api.close())

const clone = (task: Json, body: object, query = '') => fixture.kim.post(`${task.href}/actions/clone${query}`, body)

test('what the body names is other, inputs and settings are merged, the rest is the origin’s', async () => {
  const task = await fixture.draft({
    name: 'first',
    description: 'why',
    inputs: { reads: file(fixture.reads), threads: 3 },
    execution_settings: { use_memoization: true },
    output_location: { main_location: '/a/' },
  })
  const { body, status } = await clone(task, {
    name: 'second',
    app: `${fixture.project}/wc`,
    inputs: { threads: null, sorted: 'True' },
    execution_settings: { max_parallel_instances: 4 },
    output_location: { nodes_override: false },
    use_interruptible_instances: false,
  })
  expect(status).toBe(201)
  expect(body).toMatchObject({
    name: 'second',
    description: 'why',
    app: `${fixture.project}/wc/1`,
    execution_settings: { use_memoization: true, max_parallel_instances: 4 },
    use_interruptible_instances: false,
    errors: [],
  })
  expect(body.output_location).toEqual({ nodes_override: false })
  expect(body.inputs).toEqual({ reads: { class: 'File', path: fixture.reads, name: 'reads.txt' }, sorted: true })
})

test.each([
  [{ unknown: 1 }, 'unknown'],
  [{ resources: { '*': { memory: 1 } } }, 'resources.*.memory'],
  [{ resources: { align: { cores: 1 } } }, 'resources.align'],
  [{ resources: { '*': { cores: 0 } } }, 'resources.*.cores'],
  [{ resources: { '*': { seconds: '1' } } }, 'resources.*.seconds'],
  [{ resources: [1] }, 'resources'],
  [{ inputs: { thraeds: 3 } }, 'inputs.thraeds'],
  [{ inputs: [1] }, 'inputs'],
  [{ name: 7 }, 'name'],
  [{ name: ' ' }, 'name'],
  [{ only_failed: 'perhaps' }, 'only_failed'],
  [{ project: 'kim/other' }, 'project'],
])('%j is 400 and names %s, and nothing is made', async (body, field) => {
  const task = await fixture.draft()
  const count = async () => (await fixture.kim.get('/tasks?limit=1')).headers['x-total-matching-query']
  const before = await count()
  const answer = await clone(task, body, '?action=run')
  expect([answer.status, answer.body.code]).toEqual([400, 90000])
  expect(answer.body.message).toContain(field)
  expect(await count()).toBe(before)
})

test('an input that the other app lacks is an entry of the draft', async () => {
  const task = await fixture.draft({ inputs: { reads: file(fixture.reads), threads: 3 } })
  const bare = { ...TOOL, inputs: { reads: 'File' }, outputs: {}, arguments: [] }
  const app = await fixture.kim.app(fixture.project, 'bare', bare)
  const { status, body } = await clone(task, { app }, '?action=run')
  expect([status, body.status]).toEqual([201, 'DRAFT'])
  expect(body.errors).toMatchObject([{ input_id: 'threads' }])
})

test('resources stand in the record, are carried on, and merged by step', async () => {
  const task = await fixture.draft()
  const first = (await clone(task, { resources: { '*': { memory_mib: 4096, cores: 2 } } }, '?action=run')).body
  expect((await fixture.recordOf(first)).resources).toEqual({ '*': { memory_mib: 4096, cores: 2 } })
  const second = (await clone(first, { resources: { '*': { cores: 3 } } }, '?action=run')).body
  expect((await fixture.recordOf(second)).resources).toEqual({ '*': { memory_mib: 4096, cores: 3 } })
  expect((await fixture.recordOf((await clone(second, {}, '?action=run')).body)).resources).toEqual({
    '*': { memory_mib: 4096, cores: 3 },
  })
})

test('a rerun draws and dates as its origin; a new task, and a clone of a draft that never ran, as themselves', async () => {
  const origin = (await fixture.create({}, '?action=run')).body
  const { seed, time } = await fixture.recordOf(origin)
  expect(seed).toBe(origin.id)
  const rerun = (await clone(origin, {}, '?action=run')).body
  expect(await fixture.recordOf(rerun)).toMatchObject({ seed, time })
  const again = (await clone(rerun, {})).body
  await fixture.kim.patch(again.href, { inputs: { threads: 9 } })
  expect(await fixture.recordOf((await fixture.kim.post(`${again.href}/actions/run`)).body)).toMatchObject({
    seed,
    time,
  })
  const draft = await fixture.draft()
  const copy = (await clone(draft, {}, '?action=run')).body
  expect((await fixture.recordOf(copy)).seed).toBe(copy.id)
  expect((await fixture.recordOf((await clone(copy, {}, '?action=run')).body)).seed).toBe(copy.id)
})

test('of a batch only what failed: the groups as they were, whatever the metadata say now', async () => {
  const { kim, project, api } = fixture
  const ids = await Promise.all(
    ['S1', 'S2', 'S1', 'S3'].map(async (sample_id, index) => {
      const id = await kim.upload({ project }, `lane${index}.fq`, String(index))
      await kim.patch(`/files/${id}/metadata`, { sample_id })
      return id
    }),
  )
  const lists = { ...TOOL, inputs: { reads: 'File[]' }, outputs: {}, arguments: [] }
  const app = await kim.app(project, 'lists', lists)
  const by = { batch_input: 'reads', batch_by: { type: 'CRITERIA', criteria: ['metadata.sample_id'] } }
  const batch = (await fixture.create({ app, inputs: { reads: ids.map(id => file(id)) }, ...by }, '?action=run')).body
  const record = await fixture.recordOf(batch)
  expect(record.batch.groups.map((group: Json) => group.value)).toEqual(['S1', 'S2', 'S3'])
  const ends = ['FAILED', 'COMPLETED', 'ABORTED'] as const
  for (const [index, { value, fields }] of record.batch.groups.entries()) {
    const child = await fixture.draft({ app, inputs: { reads: [] } })
    const group = { parent: batch.id, batch_group: JSON.stringify({ value, fields }), status: ends[index]! }
    await api.database.write(tx => tx.updateTable('tasks').set(group).where('id', '=', child.id).execute())
  }
  await fixture.force(batch, 'COMPLETED')
  await kim.patch(`/files/${ids[0]}/metadata`, { sample_id: 'S9' })
  const again = (await clone(batch, { only_failed: true, name: 'again' }, '?action=run')).body
  expect(again).toMatchObject({ name: 'again', batch: true, status: 'CREATING' })
  const frozen = await fixture.recordOf(again)
  expect(frozen.batch.groups).toEqual([
    { value: 'S1', fields: { 'metadata.sample_id': 'S1' }, items: [0, 1], list: true },
    { value: 'S3', fields: { 'metadata.sample_id': 'S3' }, items: [2], list: true },
  ])
  expect(frozen.inputs.reads.map((read: Json) => read.basename)).toEqual(['lane0.fq', 'lane2.fq', 'lane3.fq'])
  // its own clone has the same groups; one that is split anew has not
  const copy = (await clone(again, {}, '?action=run')).body
  expect((await fixture.recordOf(copy)).batch.groups).toHaveLength(2)
  const anew = (await clone(again, { batch_input: 'reads', batch_by: { type: 'ITEM' } }, '?action=run')).body
  expect((await fixture.recordOf(anew)).batch.groups).toHaveLength(3)
  const refused = await clone(batch, { only_failed: true, inputs: { reads: [] } })
  expect([refused.status, refused.body.message]).toEqual([400, expect.stringContaining('inputs.reads')])
})

test('only_failed of a plain task, and of a batch where none has, is 7022', async () => {
  const plain = await clone(await fixture.draft(), { only_failed: true })
  expect([plain.status, plain.body.code]).toEqual([400, 7022])
  const by = { batch_input: 'reads', batch_by: { type: 'ITEM' } }
  const batch = (await fixture.create(by, '?action=run')).body
  const answer = await clone(batch, { only_failed: true })
  expect([answer.status, answer.body.code]).toEqual([400, 7022])
})
