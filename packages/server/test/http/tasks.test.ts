import { afterAll, beforeAll, expect, test } from 'vitest'
import { codes } from '../support/api.ts'
import { INDEXED, TOOL } from '../support/documents.ts'
import { file, TaskFixture } from '../support/task-fixture.ts'

let t: TaskFixture

beforeAll(async () => {
  t = await TaskFixture.start()
})
afterAll(() => t.api.close())

const KNOWN_TO_R = new Set(
  `id name description status use_interruptible_instances execution_settings app type created_by created_time executed_by
  start_time end_time execution_status price inputs outputs project batch batch_input batch_by parent batch_group errors
  warnings href`.split(/\s+/),
)

test('a draft shows what it is, and no key that an old client does not know', async () => {
  const answer = await t.create({ description: null, execution_settings: { use_memoization: 'True' } })
  expect(answer.status).toBe(201)
  const { body } = answer
  expect(body).toMatchObject({
    href: `${t.api.base}/tasks/${body.id}`,
    name: 'count',
    status: 'DRAFT',
    project: t.project,
    app: `${t.project}/wc/0`,
    type: 'v2',
    created_by: 'kim',
    batch: false,
    use_interruptible_instances: true,
    execution_settings: { use_memoization: true },
    errors: [],
    warnings: [],
    inputs: { reads: { class: 'File', path: t.reads, name: 'reads.txt' } },
    outputs: { counts: {}, other: {} },
  })
  expect(body.start_time).toBe(body.created_time)
  expect(body.created_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  expect(Object.keys(body).filter(key => !KNOWN_TO_R.has(key))).toEqual([])
  for (const key of ['end_time', 'executed_by', 'price', 'execution_status']) expect(body).not.toHaveProperty(key)
  expect((await t.kim.get(body.href)).body).toEqual(body)
})

test('without a name a task is called by its app', async () => {
  expect((await t.draft({ name: null })).name).toMatch(/^Count words run - \d{4}-/)
})

test('an app without revision is pinned to the latest there is', async () => {
  await t.kim.app(t.project, 'moving', TOOL)
  await t.kim.post(`/apps/${t.project}/moving/1/raw`, TOOL)
  const task = await t.draft({ app: `${t.project}/moving` })
  expect(task.app).toBe(`${t.project}/moving/1`)
  await t.kim.post(`/apps/${t.project}/moving/2/raw`, TOOL)
  expect((await t.kim.get(task.href)).body.app).toBe(`${t.project}/moving/1`)
})

test.each(['run', 'Run', 'RUN'])('action=%s queues a valid task and wakes the worker', async action => {
  t.api.sent.length = 0
  const answer = await t.create({}, `?action=${action}&limit=50&offset=0&fields=_all`)
  expect([answer.status, answer.body.status]).toEqual([201, 'QUEUED'])
  expect(t.api.sent).toEqual([{ type: 'queued', task: answer.body.id }])
  expect(answer.body).toMatchObject({
    executed_by: 'kim',
    execution_status: { steps_completed: 0, message: 'In queue' },
    price: { currency: 'USD', amount: 0 },
  })
  expect(Object.keys(answer.body).filter(key => !KNOWN_TO_R.has(key))).toEqual([])
})

test('the other way to say run works, too', async () => {
  expect((await t.create({}, '?run=true')).body.status).toBe('QUEUED')
})

test.each([
  [{ project: null }, 3006],
  [{ project: 'x' }, 3012],
  [{ app: null }, 7015],
  [{ app: '' }, 7015],
  [{ app: 'x' }, 7016],
  [{ app: 'kim/tasks/none' }, 6002],
  [{ app: 'kim/tasks/wc/9' }, 6002],
  [{ inputs: [] }, 90000],
  [{ inputs: 'x' }, 90000],
  [{ name: 7 }, 90000],
  [{ execution_settings: { max_parallel_instances: 0 } }, 90000],
  [{ batch_input: 'reads' }, 7023],
  [{ batch_by: { type: 'ITEM' } }, 7023],
  [{ batch_input: '', batch_by: { type: 'ITEM' } }, 7018],
  [{ batch_input: 'none', batch_by: { type: 'ITEM' } }, 7018],
  [{ batch_input: 'reads', batch_by: { type: 'EACH' } }, 7020],
  [{ batch_input: 'reads', batch_by: { type: 'CRITERIA' } }, 7019],
  [{ batch_input: 'reads', batch_by: { type: 'criteria', criteria: [] } }, 7019],
  [{ batch: true }, 7023],
])('a task made of %j is refused with code %i', async (body, code) => {
  const answer = await t.create(body)
  expect([answer.status, answer.body.code]).toEqual([code === 6002 ? 404 : 400, code])
})

test('a wrong action is 7013, an empty one 7014, batch=false without a run 7021', async () => {
  expect(
    await codes(
      t.create({}, '?action=walk'),
      t.create({}, '?action='),
      t.create({}, '?action'),
      t.create({}, '?batch=False'),
    ),
  ).toEqual([
    [400, 7013],
    [400, 7014],
    [400, 7014],
    [400, 7021],
  ])
})

test('a batch task is kept as it was defined, and runs as one plain task with batch=false', async () => {
  const by = { type: 'criteria', criteria: 'metadata.sample_id' }
  const body = { batch_input: 'reads', batch_by: by, inputs: { reads: [file(t.reads)] } }
  const task = await t.draft(body)
  expect(task).toMatchObject({
    batch: true,
    batch_input: 'reads',
    batch_by: { type: 'criteria', criteria: ['metadata.sample_id'] },
    errors: [],
  })
  const plain = await t.draft({ ...body, inputs: { reads: file(t.reads) } })
  const off = await t.kim.post(`${plain.href}/actions/run?batch=FALSE`)
  expect([off.status, off.body.status, off.body.batch]).toEqual([200, 'QUEUED', false])
})

test('a batch task is split when it leaves DRAFT, or says why it can not be', async () => {
  const [a, b] = [
    await t.kim.upload({ project: t.project }, 'a.txt', 'a'),
    await t.kim.upload({ project: t.project }, 'b.txt', 'b'),
  ]
  await t.kim.patch(`/files/${a}/metadata`, { sample_id: 'S1' })
  const batch = (input: string, value: unknown, type: string, criteria?: string[]) =>
    t.create(
      { batch_input: input, batch_by: { type, criteria }, inputs: { reads: file(t.reads), [input]: value } },
      '?action=run',
    )
  const groups = async (...given: Parameters<typeof batch>) => {
    const { body } = await batch(...given)
    expect([body.status, body.batch, body.errors]).toEqual(['CREATING', true, []])
    return (await t.recordOf(body)).batch!.groups
  }
  expect(await groups('reads', [file(a), file(b)], 'CRITERIA', ['metadata.sample_id', 'name'])).toEqual([
    { value: 'S1, a.txt', fields: { 'metadata.sample_id': 'S1', name: 'a.txt' }, items: [0], list: false },
    { value: ', b.txt', fields: { 'metadata.sample_id': '', name: 'b.txt' }, items: [1], list: false },
  ])
  expect(await groups('more', [file(a), file(b), file(a)], 'criteria', ['metadata.sample_id'])).toEqual([
    { value: 'S1', fields: { 'metadata.sample_id': 'S1' }, items: [0, 2], list: true },
    { value: '', fields: { 'metadata.sample_id': '' }, items: [1], list: true },
  ])
  expect(await groups('more', [file(a), file(b)], 'item')).toMatchObject([
    { value: 'a.txt', items: [0], list: true },
    { value: 'b.txt', items: [1], list: true },
  ])
  expect(await groups('threads', [1, 2], 'ITEM')).toMatchObject([
    { value: '1', items: [0], list: false },
    { value: '2', items: [1], list: false },
  ])
  const refused = [
    await batch('reads', [file(a), file(b)], 'CRITERIA', ['metadata.none']),
    await batch('threads', [1, 2], 'CRITERIA', ['metadata.x']),
    await batch('names', [], 'ITEM'),
    await batch('reads', [file(a), 'nothing'], 'ITEM'),
  ]
  for (const { status, body } of refused) {
    expect([status, body.status, body.errors.length]).toEqual([201, 'DRAFT', 1])
  }
  expect(refused.map(({ body }) => body.errors[0]!.message)).toEqual([
    expect.stringContaining('has 2 files, and the input takes one'),
    expect.stringContaining('batch by ITEM'),
    expect.stringContaining('no items'),
    expect.stringContaining('Input reads'),
  ])
})

test('a place for outputs that there can not be is an error, an unknown token a warning', async () => {
  const location = async (output_location: object) => {
    const { errors, warnings, status } = (await t.create({ output_location }, '?action=run')).body
    return [status, (errors as object[]).length, (warnings as object[]).length]
  }
  expect(await location({ main_location: '/Runs/<task_id>/<nonsense>' })).toEqual(['QUEUED', 0, 1])
  expect(await location({ main_location: '/Runs/../..' })).toEqual(['DRAFT', 1, 0])
  expect(await location({ main_location: 'volumes://ana/bucket/x' })).toEqual(['DRAFT', 1, 0])
  expect(await location({ nodes_override: true, nodes_location: { none: 'x', counts: '__x' } })).toEqual([
    'DRAFT',
    1,
    1,
  ])
})

test('batching is switched off by batch: false, or by both keys as null', async () => {
  const body = { batch_input: 'reads', batch_by: { type: 'ITEM' } }
  expect((await t.draft({ ...body, batch: false })).batch).toBe(false)
  for (const off of [{ batch: false }, { batch_input: null, batch_by: null }]) {
    const task = await t.draft(body)
    const edited = (await t.kim.patch(task.href, off)).body
    expect(edited.batch).toBe(false)
    expect(edited).not.toHaveProperty('batch_input')
  }
})

test('an edit merges inputs, null clears, and everything is validated afresh', async () => {
  const task = await t.draft({ inputs: { reads: file(t.reads), threads: 2, sorted: true }, description: 'first' })
  const edited = await t.kim.patch(task.href, { inputs: { threads: null, sorted: 'false', '#ratio': 1 }, name: null })
  expect(edited.status).toBe(200)
  expect(edited.body).toMatchObject({ name: 'count', description: 'first', errors: [] })
  expect(edited.body.inputs).toEqual({
    reads: { class: 'File', path: t.reads, name: 'reads.txt' },
    sorted: false,
    ratio: 1,
  })
  const broken = await t.kim.patch(task.href, { inputs: { reads: null }, description: null })
  expect(broken.body).toMatchObject({ errors: [{ input_id: 'reads' }], description: 'first' })
  const mended = await t.kim.patch(task.href, {
    inputs: { reads: file(t.reads) },
    name: 'renamed',
    description: 'second',
  })
  expect(mended.body).toMatchObject({ errors: [], name: 'renamed', description: 'second' })
})

test('settings are merged, and the output location is echoed', async () => {
  const task = await t.draft({ execution_settings: { instance_type: 'm5.large;ebs-gp2;100' }, main_location: '/Runs/' })
  expect(task.output_location).toEqual({ main_location: '/Runs/' })
  const edited = await t.kim.patch(task.href, {
    execution_settings: { max_parallel_instances: '2', use_elastic_disk: null },
    use_interruptible_instances: false,
    output_location: { nodes_override: 'True' },
  })
  expect(edited.body).toMatchObject({
    execution_settings: { instance_type: 'm5.large;ebs-gp2;100', max_parallel_instances: 2, use_memoization: false },
    use_interruptible_instances: false,
    output_location: { main_location: '/Runs/', nodes_override: true },
  })
  const run = await t.kim.post(`${task.href}/actions/run?use_interruptible_instances=True`)
  expect(run.body.use_interruptible_instances).toBe(true)
  expect((await t.recordOf(run.body)).parallel).toBe(2)
})

test("a draft's app is changed with its inputs looked at again", async () => {
  const indexed = await t.kim.app(t.project, 'changed', INDEXED)
  const task = await t.draft()
  const edited = (await t.kim.patch(task.href, { app: indexed })).body
  expect(edited.app).toBe(indexed)
  expect(edited.errors.map(error => error.input_id).sort()).toEqual(['bam', 'reads'])
})

test('the inputs alone: all ids of the t.app, unset ones as null; an edit answers all of them', async () => {
  const task = await t.draft()
  const inputs = await t.kim.get(`${task.href}/inputs/?fields=_all&limit=50`)
  expect(inputs.body).toEqual({
    reads: { class: 'File', path: t.reads, name: 'reads.txt' },
    threads: null,
    sorted: null,
    ratio: null,
    strand: null,
    names: null,
    more: null,
    folder: null,
    any: null,
    pair: null,
  })
  const edited = await t.kim.patch(`${task.href}/inputs`, { threads: '4', reads: null })
  expect(edited.body).toMatchObject({ threads: 4, reads: null })
  expect((await t.kim.get(task.href)).body.errors).toMatchObject([{ input_id: 'reads' }])
  expect((await t.kim.patch(`${task.href}/inputs`, [])).status).toBe(400)
})

test('a task that is no draft is renamed, and nothing else', async () => {
  const task = await t.draft()
  await t.force(task, 'COMPLETED')
  const renamed = await t.kim.patch(task.href, { name: 'done', description: null })
  expect([renamed.status, renamed.body.name]).toEqual([200, 'done'])
  expect(
    await codes(
      t.kim.patch(task.href, { inputs: {} }),
      t.kim.patch(task.href, { description: 'x' }),
      t.kim.patch(`${task.href}/inputs`, { threads: 1 }),
      t.kim.patch(task.href, { batch: false }),
    ),
  ).toEqual(Array(4).fill([400, 7026]))
})

test('a run is for drafts only', async () => {
  const task = await t.draft()
  expect((await t.kim.post(`${task.href}/actions/run`)).body.status).toBe('QUEUED')
  for (const status of ['CREATING', 'RUNNING', 'COMPLETED', 'FAILED', 'ABORTED'] as const) {
    await t.force(task, status)
    const answer = await t.kim.post(`${task.href}/actions/run`)
    expect([answer.status, answer.body.code], status).toEqual([400, 7007])
  }
})

test('a plain task may be run with batch=false, and with any empty body', async () => {
  for (const raw of ['', 'null', '{}']) {
    const task = await t.draft()
    const answer = await t.kim.call(`${task.href}/actions/run?batch=false&fields=_all`, { method: 'POST', raw })
    expect([answer.status, answer.body.status]).toEqual([200, 'QUEUED'])
  }
})

test('an abort is for tasks on their way, and told to the worker', async () => {
  const task = await t.draft()
  expect(await codes(t.kim.post(`${task.href}/actions/abort`))).toEqual([[400, 7011]])
  for (const status of ['CREATING', 'RUNNING'] as const) {
    await t.force(task, status)
    t.api.sent.length = 0
    const answer = await t.kim.post(`${task.href}/actions/abort`)
    expect([answer.status, answer.body.status]).toEqual([200, 'ABORTING'])
    expect(t.api.sent).toEqual([{ type: 'abort', task: task.id }])
  }
  expect(await codes(t.kim.post(`${task.href}/actions/abort`))).toEqual([[400, 7011]])
  await t.force(task, 'COMPLETED')
  expect(await codes(t.kim.post(`${task.href}/actions/abort`))).toEqual([[400, 7011]])
})

test('a draft is deleted, a task that was run is not', async () => {
  const task = await t.draft()
  expect((await t.kim.delete(task.href)).status).toBe(204)
  expect(await codes(t.kim.get(task.href), t.kim.delete(task.href))).toEqual(Array(2).fill([404, 7002]))
  const done = await t.draft()
  await t.force(done, 'COMPLETED')
  expect(await codes(t.kim.delete(done.href))).toEqual([[400, 7007]])
})

test('an unknown task is 404, a malformed id 400, an unknown action 7013', async () => {
  const none = '00000000-0000-4000-8000-000000000000'
  const { id, href } = await t.draft()
  expect(
    await codes(
      t.kim.get(`/tasks/${none}`),
      t.kim.get('/tasks/7'),
      t.kim.get(`/tasks/${id}x`),
      t.kim.post('/tasks/7/actions/run'),
      t.kim.post(`${href}/actions/walk`),
      t.kim.post(`/tasks/${none}/actions/walk`),
      t.kim.get('/nothing/execution_details'),
    ),
  ).toEqual([
    [404, 7002],
    [400, 7005],
    [400, 7005],
    [400, 7005],
    [400, 7013],
    [404, 7002],
    [400, 7005],
  ])
  expect((await t.kim.get(`/tasks/${id.toUpperCase()}`)).body.id).toBe(id)
})

test("another user's task is 404 for every call", async () => {
  const { href } = await t.draft()
  expect(
    await codes(
      t.lee.get(href),
      t.lee.patch(href, { name: 'mine' }),
      t.lee.delete(href),
      t.lee.get(`${href}/inputs`),
      t.lee.patch(`${href}/inputs`, {}),
      t.lee.post(`${href}/actions/run`),
      t.lee.post(`${href}/actions/abort`),
      t.lee.post(`${href}/actions/clone`),
      t.lee.get(`${href}/execution_details`),
    ),
  ).toEqual(Array(9).fill([404, 7002]))
})

test('an edit that says nothing changes nothing, of a task that was run too', async () => {
  const { body } = await t.create({}, '?action=run')
  expect(body.status).toBe('QUEUED')
  const answer = await t.kim.patch(body.href, {})
  expect([answer.status, answer.body.status]).toEqual([200, 'QUEUED'])
})
