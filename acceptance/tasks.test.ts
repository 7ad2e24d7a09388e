import { afterAll, beforeAll, expect, test } from 'vitest'
import { expected } from './call.ts'
import { Client, file } from './client.ts'
import { COUNT, GREET } from './documents.ts'
import type { Json } from './exchange.ts'
import { refused } from './refused.ts'
import { type Server, serve } from './server.ts'

/** Tasks: how they are found, made with everything that may be given, changed as drafts, and what is refused. */
let server: Server
let kim: Client
let project: Json
let reads: Json
let greet: string
let count: string

beforeAll(async () => {
  server = await serve()
  kim = new Client(server)
  project = await kim.post('/projects', { name: 'Tasks' })
  reads = await kim.upload(project.root_folder, 'reads.txt', '0123456789')
  greet = String((await kim.post(`/apps/${project.id}/greet/raw`, GREET))['sbg:id'])
  count = String((await kim.post(`/apps/${project.id}/count/raw`, COUNT))['sbg:id'])
})
afterAll(() => server.close())

const create = (body: object, query = '') =>
  kim.post(`/tasks${query}`, { name: 'task', project: project.id, app: greet, inputs: { word: 'x' }, ...body })
const list = async (query: string) => (await kim.get(`/tasks?project=${project.id}&${query}`)).items.map(({ id }) => id)

test('a task without a name gets one, and its app the newest revision', async () => {
  await kim.post(`/apps/${project.id}/newer/raw`, GREET)
  await kim.post(`/apps/${project.id}/newer/1/raw`, GREET)
  const task = await create({ name: undefined, app: `${project.id}/newer` })
  expect(task).toMatchObject({
    name: expect.stringMatching(/\S/),
    app: `${project.id}/newer/1`,
    type: 'v2',
    batch: false,
  })
  const pinned = await create({ app: `${project.id}/newer/0` })
  expect(pinned.app).toBe(`${project.id}/newer/0`)
})

test('everything that may be given is kept, shown and copied', async () => {
  const given = {
    description: 'why',
    use_interruptible_instances: false,
    execution_settings: {
      instance_type: 'm5.2xlarge;ebs-gp2;700',
      max_parallel_instances: 2,
      use_memoization: true,
      use_elastic_disk: true,
    },
    output_location: {
      main_location: '/Runs/<task_name>/',
      main_location_alias: 'Runs',
      nodes_override: true,
      nodes_location: { greeting: { output_location: '/Greetings/', output_location_alias: 'Greetings' } },
    },
  }
  const task = await create(given, '?fields=_all')
  expect(task).toMatchObject(given)
  expect(await kim.post(`${task.href}/actions/clone`)).toMatchObject(given)
  expect(await create({ main_location: '/Top/', nodes_override: false })).toMatchObject({
    output_location: { main_location: '/Top/' },
  })
})

test('a draft takes every change that may be made, settings merged, nulls for what stays', async () => {
  const task = await create({})
  const changes: [object, object?][] = [
    [{ name: 'new', description: 'why' }],
    [
      { name: null, description: null },
      { name: 'new', description: 'why' },
    ],
    [{ use_interruptible_instances: false }],
    [{ execution_settings: { use_elastic_disk: true } }],
    [
      { execution_settings: { max_parallel_instances: 3 } },
      { execution_settings: { use_elastic_disk: true, max_parallel_instances: 3 } },
    ],
    [{ execution_settings: { instance_type: 'AUTO', use_memoization: false } }],
    [
      {
        output_location: { main_location: '/A/', main_location_alias: 'A', nodes_override: false, nodes_location: {} },
      },
    ],
    [{ app: count, inputs: { reads: file(reads) } }],
  ]
  for (const [change, outcome] of changes) {
    expect(await kim.patch(`${task.href}?fields=_all`, change)).toMatchObject(outcome ?? change)
  }
})

test('inputs are read and changed alone: what is not named stays, null clears, a list is replaced', async () => {
  const task = await create({ app: count, inputs: { reads: file(reads), threads: 2, sorted: true } })
  const path = `/tasks/${task.id}/inputs`
  const all = { folder: null, ratio: null, sorted: true, threads: 2, reads: { class: 'File', path: reads.id } }
  const shown = await kim.get(`${path}/`)
  expect(shown).toMatchObject(all)
  expect(shown).not.toHaveProperty('href')
  expect(await kim.patch(path, { threads: null, ratio: '0.25' })).toMatchObject({ ...all, threads: null, ratio: 0.25 })
  expect((await kim.get(task.href)).inputs).toMatchObject({ ratio: 0.25, sorted: true })
  const done = await kim.wait(await kim.post(`${task.href}/actions/run`))
  expect(done.status).toBe('COMPLETED')
  await refused(kim.ask('PATCH', path, { threads: 4 }), 400, 7026, /inputs/)
})

test('a list goes by each of its times, both ends included', async () => {
  const task = await kim.wait(await create({}, '?run=true'))
  expect(task.status).toBe('COMPLETED')
  const far = { from: '2030-01-01', to: '2000-01-01T00:00:00Z' }
  for (const [name, field] of [
    ['created', 'created_time'],
    ['started', 'start_time'],
    ['ended', 'end_time'],
  ] as const) {
    const time = String(task[field])
    expect(await list(`${name}_from=${time}&${name}_to=${time}`), name).toContain(task.id)
    expect(await list(`${name}_from=${far.from}`), name).toEqual([])
    expect(await list(`${name}_to=${far.to}`), name).toEqual([])
  }
  const draft = await create({ name: 'not ended' })
  expect(await list('ended_from=2000-01-01')).not.toContain(draft.id)
  for (const wrong of ['created_from=yesterday', 'ended_to=2024-13-01', 'order_by=size', 'order=up', 'batch=perhaps']) {
    await refused(kim.ask('GET', `/tasks?${wrong}`), 400, 90000, new RegExp(wrong.split('=')[0]!))
  }
  expect(await list('origin_id=none')).toEqual([])
})

test('a list is in the order that was asked for, either way', async () => {
  const own = await kim.post('/projects', { name: 'Order' })
  for (const name of ['b', 'A', 'c']) await create({ name, project: own.id })
  for (const by of ['created_time', 'start_time', 'name', 'end_time', 'created_by']) {
    const names = async (order: string) => {
      const { items } = await kim.get(`/tasks?project=${own.id}&order_by=${by}&order=${order}&fields=name`)
      return items.map(({ name }) => name)
    }
    const [up, down] = [await names('asc'), await names('DESC')]
    expect(up).toHaveLength(3)
    if (by === 'name' || by.startsWith('created_t')) expect(down).toEqual(up.toReversed())
  }
  expect(await list('status=DRAFT&limit=1')).toHaveLength(1)
  for (const status of ['CREATING', 'queued', 'RUNNING', 'ABORTING', 'ABORTED', 'FAILED'])
    await list(`status=${status}`)
  await refused(kim.ask('GET', '/tasks?status=Active'), 400, 7006, /status/)
})

test.each<[string, object, string, number, RegExp]>([
  ['no project', { project: null }, '', 3006, /project/],
  ['no app', { app: null }, '', 7015, /app/],
  ['an empty app', { app: '' }, '', 7015, /app/],
  ['an app without a project', { app: 'greet' }, '', 7016, /app/],
  ['an empty batch input', { batch_input: '', batch_by: { type: 'ITEM' } }, '', 7018, /batch_input/],
  ['a batch input alone', { batch_input: 'word' }, '', 7023, /batch_by/],
  ['batch_by alone', { batch_by: { type: 'ITEM' } }, '', 7023, /batch_input/],
  ['criteria that are none', { batch_input: 'word', batch_by: { type: 'CRITERIA' } }, '', 7019, /criteria/],
  ['another type of batch', { batch_input: 'word', batch_by: { type: 'ALL' } }, '', 7020, /type/],
  ['batch=false of a draft', {}, '?batch=false', 7021, /batch/],
  ['inputs that are a list', { inputs: [] }, '', 90000, /inputs/],
  ['no instance at all', { execution_settings: { max_parallel_instances: 0 } }, '', 90000, /max_parallel_instances/],
])('%s makes no task', async (_, body, query, code, message) => {
  const task = { name: 'refused', project: project.id, app: greet, inputs: {}, ...body }
  await refused(kim.ask('POST', `/tasks${query}`, task), 400, code, message)
})

test('a batch is switched off by batch: false, or by nulls for both of its keys', async () => {
  const batch = { inputs: { word: ['a', 'b'] }, batch_input: 'word', batch_by: { type: 'item' } }
  const task = await create({ ...batch, batch: true })
  expect(task).toMatchObject({ batch: true, batch_input: 'word', batch_by: { type: 'item' } })
  const plain = await kim.patch(task.href, { batch_input: null, batch_by: null })
  expect(plain.batch).toBe(false)
  const again = await kim.patch(task.href, {
    batch_input: 'word',
    batch_by: { type: 'CRITERIA', criteria: ['metadata.a'] },
  })
  expect(again).toMatchObject({ batch: true, batch_by: { type: 'CRITERIA', criteria: ['metadata.a'] } })
  expect((await kim.patch(task.href, { batch: false })).batch).toBe(false)
  expect(await list('batch=TRUE')).not.toContain(task.id)
})

test('java tells batch=false to a task that is no batch, and R fields=_all to every action', async () => {
  const task = await create({})
  const query = 'batch=false&use_interruptible_instances=false&limit=50&offset=0&fields=_all'
  const started = await expected(kim.ask('POST', `${task.href}/actions/run?${query}`, {}), 200)
  expect(started.body).toMatchObject({ id: task.id, batch: false, use_interruptible_instances: false })
  await kim.wait(task)
  const copy = await kim.post(`${task.href}/actions/clone?limit=50&offset=0&fields=_all`, {})
  expect(copy).toMatchObject({ status: 'DRAFT', inputs: { word: 'x' } })
  await kim.delete(`${copy.href}/`)
})
