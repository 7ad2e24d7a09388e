import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, codes, type Json, startApi } from '../support/api.ts'
import { TOOL } from '../support/documents.ts'

let api: Api
let kim: Client
let project: string
let app: string
let reads: string

beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim')
  project = await kim.project('Reruns')
  app = await kim.app(project, 'wc', TOOL)
  reads = await kim.upload({ project }, 'reads.txt', 'some words')
})
afterAll(() => api.close())

async function origin(body: object = {}): Promise<Json> {
  const inputs = { reads: { class: 'File', path: reads }, threads: 3 }
  return (await kim.post('/tasks', { project, app, name: 'first', description: 'why', inputs, ...body })).body
}

const clone = (task: Json, query = '', raw = '') =>
  kim.call(`${task.href}/actions/clone${query}`, { method: 'POST', raw })

const FAULT = { type: 'error/task_validation/input/schema', message: 'of the run before', input_id: 'reads' }

async function finish(task: Json, fields: object = {}) {
  const errors = JSON.stringify([FAULT])
  const done = { status: 'COMPLETED' as const, started: 1, ended: 2, executed_by: 'kim', errors, ...fields }
  await api.database.write(tx => tx.updateTable('tasks').set(done).where('id', '=', task.id).execute())
}

test('a clone carries the whole definition and nothing of the run', async () => {
  await kim.post(`/apps/${project}/wc/1/raw`, TOOL)
  const task = await origin({
    execution_settings: { use_memoization: true, max_parallel_instances: 2 },
    use_interruptible_instances: false,
    output_location: { main_location: '/Runs/<task_id>/' },
  })
  await finish(task)
  const answer = await clone(task)
  expect(answer.status).toBe(201)
  const { id, href, created_time, start_time, ...same } = answer.body
  expect(id).not.toBe(task.id)
  expect(href).toBe(`${api.base}/tasks/${id}`)
  expect(start_time).toBe(created_time)
  expect(same).toEqual({
    name: 'first',
    description: 'why',
    status: 'DRAFT',
    project,
    app: `${project}/wc/0`,
    type: 'v2',
    created_by: 'kim',
    batch: false,
    execution_settings: { use_memoization: true, max_parallel_instances: 2 },
    use_interruptible_instances: false,
    output_location: { main_location: '/Runs/<task_id>/' },
    errors: [],
    warnings: [],
    inputs: { reads: { class: 'File', path: reads, name: 'reads.txt' }, threads: 3 },
    outputs: { counts: {}, other: {} },
  })
  const row = await api.database.read.selectFrom('tasks').select('origin').where('id', '=', id).executeTakeFirst()
  expect(row?.origin).toBe(task.id)
})

test.each(['', 'null', '{}', '[]'])('the body %j is as good as none', async raw => {
  expect((await clone(await origin(), '', raw)).status).toBe(201)
})

test('a call with a JSON label and no body is a clone', async () => {
  const task = await origin()
  const answer = await kim.call(`${task.href}/actions/clone`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  })
  expect([answer.status, answer.body.status]).toEqual([201, 'DRAFT'])
})

test.each(['run', 'Run', 'RUN'])('action=%s starts the copy', async action => {
  const task = await origin()
  await finish(task)
  api.sent.length = 0
  const answer = await clone(task, `?action=${action}&limit=50&offset=0`)
  expect([answer.status, answer.body.status, answer.body.executed_by]).toEqual([201, 'QUEUED', 'kim'])
  expect(api.sent).toEqual([{ type: 'queued', task: answer.body.id }])
})

test('another action is 7013, an empty one 7014, and nothing is made', async () => {
  const task = await origin()
  const count = async () => (await kim.get(`/tasks?project=${project}&limit=1`)).headers['x-total-matching-query']
  const before = await count()
  expect(await codes(clone(task, '?action=walk'), clone(task, '?action='))).toEqual([
    [400, 7013],
    [400, 7014],
  ])
  expect(await count()).toBe(before)
})

test('a task in any state can be cloned, and stays as it was', async () => {
  for (const status of [
    'DRAFT',
    'CREATING',
    'QUEUED',
    'RUNNING',
    'COMPLETED',
    'FAILED',
    'ABORTING',
    'ABORTED',
  ] as const) {
    const task = await origin()
    await finish(task, { status })
    const before = (await kim.get(`${task.href}?fields=!execution_status`)).body
    expect((await clone(task, '?action=run')).status, status).toBe(201)
    expect((await kim.get(`${task.href}?fields=!execution_status`)).body).toEqual(before)
  }
})

test('a vanished input leaves a draft that names it, also when it is to run', async () => {
  const gone = await kim.upload({ project }, 'gone.txt', 'x')
  const task = await origin({ inputs: { reads: { class: 'File', path: gone } } })
  await finish(task)
  await kim.delete(`/files/${gone}`)
  for (const query of ['', '?action=run']) {
    const answer = await clone(task, query)
    expect([answer.status, answer.body.status]).toEqual([201, 'DRAFT'])
    expect(answer.body.errors).toMatchObject([{ input_id: 'reads', type: 'error/task_validation/input/file' }])
    expect(answer.body.errors[0]!.message).toContain(gone)
    const run = await kim.post(`${answer.body.href}/actions/run`)
    expect([run.status, run.body.code]).toEqual([400, 7024])
  }
})

test('an app that is gone is 404', async () => {
  const lost = await kim.app(project, 'lost', TOOL)
  const task = await origin({ app: lost })
  await api.database.write(tx => tx.deleteFrom('apps').where('id', '=', `${project}/lost`).execute())
  expect(await codes(clone(task))).toEqual([[404, 6002]])
})

test('a batch task gives a batch draft, a child of one a plain task', async () => {
  const batch = await origin({ batch_input: 'reads', batch_by: { type: 'ITEM' } })
  const copy = (await clone(batch)).body
  expect(copy).toMatchObject({ batch: true, batch_input: 'reads', batch_by: { type: 'ITEM' }, status: 'DRAFT' })
  const child = await origin()
  await finish(child, { parent: batch.id, batch_group: '{"value":"S1"}' })
  const plain = (await clone(child)).body
  expect(plain.batch).toBe(false)
  expect(plain).not.toHaveProperty('parent')
  expect(plain).not.toHaveProperty('batch_group')
})

test('the copy is made by whoever calls; who may only read may not', async () => {
  const task = await origin()
  for (const [name, execute] of [
    ['runs', 1],
    ['reads', 0],
  ] as const) {
    const user = await api.user(name)
    const right = { project, username: name, read: 1, copy: 1, write: 1, execute, admin: 0 }
    await api.database.write(tx => tx.insertInto('members').values(right).execute())
    const answer = await user.post(`${task.href}/actions/clone?action=run`)
    if (execute) expect(answer.body).toMatchObject({ created_by: 'runs', executed_by: 'runs', status: 'QUEUED' })
    else expect([answer.status, answer.body.code]).toEqual([403, 7001])
  }
})

test('inputs that change between clone and run are those of the copy', async () => {
  const task = await origin()
  const copy = (await clone(task)).body
  await kim.patch(copy.href, { inputs: { threads: 9 } })
  expect((await kim.post(`${copy.href}/actions/run`)).body.inputs).toMatchObject({ threads: 9 })
  expect((await kim.get(task.href)).body.inputs).toMatchObject({ threads: 3 })
})
