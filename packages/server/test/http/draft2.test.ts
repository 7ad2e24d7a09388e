import { afterAll, beforeAll, expect, test } from 'vitest'
import { file, TaskFixture } from '../support/task-fixture.ts'

let t: TaskFixture

beforeAll(async () => {
  t = await TaskFixture.start()
})
afterAll(() => t.api.close())

/** As the platform gives it: ids with a hash, scripts in maps, its own keys. */
const DRAFT2 = {
  cwlVersion: 'sbg:draft-2',
  class: 'CommandLineTool',
  label: 'Old counter',
  description: 'Counts words.',
  baseCommand: ['wc', { class: 'Expression', engine: '#cwl-js-engine', script: '"-" + $job.inputs.what' }],
  inputs: [
    { id: '#reads', type: ['File'], 'sbg:fileTypes': 'TXT', inputBinding: { 'sbg:cmdInclude': true, position: 1 } },
    { id: '#what', type: ['null', 'string'], required: false, 'sbg:toolDefaultValue': 'w' },
  ],
  outputs: [{ id: '#counts', type: ['null', 'File'], outputBinding: { glob: 'counts.txt' } }],
  stdout: 'counts.txt',
  hints: [
    { class: 'sbg:CPURequirement', value: 1 },
    { class: 'sbg:maxNumberOfParallelInstances', value: '3' },
  ],
  requirements: [{ class: 'ExpressionEngineRequirement', id: '#cwl-js-engine' }],
  'sbg:batchInput': '#reads',
  'sbg:batchBy': { type: 'criteria', criteria: ['metadata.sample_id'] },
  'sbg:job': { inputs: { what: 'w' }, allocatedResources: { cpu: 1, mem: 1000 } },
}

test('a draft-2 app is stored as it was given, checked, and runs as a task', async () => {
  const posted = await t.kim.post(`/apps/${t.project}/old/raw`, DRAFT2)
  expect(posted.status).toBe(201)
  expect(posted.body).toMatchObject({ ...DRAFT2, 'sbg:validationErrors': [], 'sbg:appVersion': ['sbg:draft-2'] })
  expect(
    Object.keys(posted.body)
      .filter(key => !key.startsWith('sbg:') && key !== 'id')
      .toSorted(),
  ).toEqual(
    Object.keys(DRAFT2)
      .filter(key => !key.startsWith('sbg:'))
      .toSorted(),
  )
  const inputs = { '#reads': file(t.reads), what: 'l' }
  const task = (await t.create({ app: `${t.project}/old`, inputs }, '?action=run')).body
  expect(task).toMatchObject({ status: 'QUEUED', errors: [], app: `${t.project}/old/0` })
  const record = await t.recordOf(task)
  expect(record).toMatchObject({ parallel: 3, process: { version: 'draft-2', id: 'old' }, inputs: { what: 'l' } })
})

test('one that is not valid says so with lines, and makes no task', async () => {
  const text = JSON.stringify({ ...DRAFT2, inputs: [{ id: '#reads', type: ['Fil'] }] }, null, 2)
  const posted = await t.kim.call(`/apps/${t.project}/bad/raw`, { method: 'POST', raw: text })
  expect(posted.body['sbg:validationErrors']).toEqual([
    expect.stringMatching(/^\d+:\d+: there is no type Fil; is File meant\?$/),
  ])
  expect((await t.create({ app: `${t.project}/bad` })).status).toBe(400)
})

test('the app says how it is batched, for a task that asks for no more than that', async () => {
  await t.kim.post(`/apps/${t.project}/batched/raw`, DRAFT2)
  const task = await t.draft({ app: `${t.project}/batched`, batch: true, inputs: { reads: [file(t.reads)] } })
  expect(task).toMatchObject({
    batch: true,
    batch_input: 'reads',
    batch_by: { type: 'CRITERIA', criteria: ['metadata.sample_id'] },
    errors: [],
  })
  expect((await t.draft({ app: `${t.project}/batched` })).batch).toBe(false)
})
