import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadJson } from '../../src/database/values.ts'
import { type Api, type Client, codes, type Json, startApi } from '../support/api.ts'
import { INDEXED, TOOL } from '../support/documents.ts'

let api: Api
let kim: Client
let lee: Client
let project: string
let app: string
let reads: string

beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim')
  lee = await api.user('lee')
  project = await kim.project('Tasks')
  app = await kim.app(project, 'wc', TOOL)
  reads = await kim.upload({ project }, 'reads.txt', 'some words')
})
afterAll(() => api.close())

const file = (path: string, more: object = {}) => ({ class: 'File', path, ...more })
const create = (body: object = {}, query = '') =>
  kim.post(`/tasks${query}`, { project, app, name: 'count', inputs: { reads: file(reads) }, ...body })
const draft = async (body: object = {}) => (await create(body)).body

async function recordOf(task: Json) {
  const row = await api.database.read
    .selectFrom('tasks')
    .selectAll()
    .where('id', '=', task.id)
    .executeTakeFirstOrThrow()
  return JSON.parse(await loadJson(api.database.read, row.record!))
}

/** Puts a task into a state that only the worker brings about. */
async function force(task: Json, status: 'RUNNING' | 'COMPLETED' | 'FAILED' | 'ABORTED' | 'CREATING') {
  await api.database.write(tx => tx.updateTable('tasks').set({ status }).where('id', '=', task.id).execute())
}

const KNOWN_TO_R = new Set(
  `id name description status use_interruptible_instances execution_settings app type created_by created_time executed_by
  start_time end_time execution_status price inputs outputs project batch batch_input batch_by parent batch_group errors
  warnings href`.split(/\s+/),
)

test('a draft shows what it is, and no key that an old client does not know', async () => {
  const answer = await create({ description: null, execution_settings: { use_memoization: 'True' } })
  expect(answer.status).toBe(201)
  const { body } = answer
  expect(body).toMatchObject({
    href: `${api.base}/tasks/${body.id}`,
    name: 'count',
    status: 'DRAFT',
    project,
    app: `${project}/wc/0`,
    type: 'v2',
    created_by: 'kim',
    batch: false,
    use_interruptible_instances: true,
    execution_settings: { use_memoization: true },
    errors: [],
    warnings: [],
    inputs: { reads: { class: 'File', path: reads, name: 'reads.txt' } },
    outputs: { counts: {}, other: {} },
  })
  expect(body.start_time).toBe(body.created_time)
  expect(body.created_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  expect(Object.keys(body).filter(key => !KNOWN_TO_R.has(key))).toEqual([])
  for (const key of ['end_time', 'executed_by', 'price', 'execution_status']) expect(body).not.toHaveProperty(key)
  expect((await kim.get(body.href)).body).toEqual(body)
})

test('without a name a task is called by its app', async () => {
  expect((await draft({ name: null })).name).toMatch(/^Count words run - \d{4}-/)
})

test('an app without revision is pinned to the latest there is', async () => {
  await kim.app(project, 'moving', TOOL)
  await kim.post(`/apps/${project}/moving/1/raw`, TOOL)
  const task = await draft({ app: `${project}/moving` })
  expect(task.app).toBe(`${project}/moving/1`)
  await kim.post(`/apps/${project}/moving/2/raw`, TOOL)
  expect((await kim.get(task.href)).body.app).toBe(`${project}/moving/1`)
})

test.each(['run', 'Run', 'RUN'])('action=%s queues a valid task and wakes the worker', async action => {
  api.sent.length = 0
  const answer = await create({}, `?action=${action}&limit=50&offset=0&fields=_all`)
  expect([answer.status, answer.body.status]).toEqual([201, 'QUEUED'])
  expect(api.sent).toEqual([{ type: 'queued', task: answer.body.id }])
  expect(answer.body).toMatchObject({
    executed_by: 'kim',
    execution_status: { steps_completed: 0, message: 'In queue' },
    price: { currency: 'USD', amount: 0 },
  })
  expect(Object.keys(answer.body).filter(key => !KNOWN_TO_R.has(key))).toEqual([])
})

test('the other way to say run works, too', async () => {
  expect((await create({}, '?run=true')).body.status).toBe('QUEUED')
})

test('what a run depends on is frozen when it leaves DRAFT, and its bytes are held', async () => {
  const mine = await kim.upload({ project }, 'frozen.txt', 'before')
  await kim.patch(`/files/${mine}`, { metadata: { sample_id: 'S1' } })
  const task = (await create({ inputs: { reads: file(mine), threads: '8' } }, '?action=run')).body
  await kim.patch(`/files/${mine}`, { name: 'renamed.txt', metadata: {} })
  const record = await recordOf(task)
  expect(record).toMatchObject({
    format: 1,
    app: `${project}/wc/0`,
    network: false,
    process: { class: 'CommandLineTool' },
  })
  expect(record.inputs.threads).toBe(8)
  expect(record.inputs.reads).toMatchObject({
    class: 'File',
    basename: 'frozen.txt',
    size: 6,
    metadata: { sample_id: 'S1' },
  })
  const content = record.inputs.reads.location.replace('content:', '')
  await kim.delete(`/files/${mine}`)
  const holders = await api.database.read
    .selectFrom('holders')
    .select('holder')
    .where('content', '=', content)
    .execute()
  expect(holders).toEqual([{ holder: `task:${task.id}` }])
  expect(record.folder).toBe((await kim.get(`/projects/${project}`)).body.root_folder)
})

test('the network is granted only when project and operator agree', async () => {
  const open = await startApi({ allowNetwork: true })
  try {
    const max = await open.user('max')
    for (const allow_network_access of [true, false]) {
      const place = await max.project(`Net ${allow_network_access}`, { allow_network_access })
      const tool = await max.app(place, 'wc', TOOL)
      const path = await max.upload({ project: place }, 'a.txt', 'a')
      const body = { project: place, app: tool, inputs: { reads: file(path) } }
      const task = (await max.post('/tasks?action=run', body)).body
      const row = await open.database.read
        .selectFrom('tasks')
        .selectAll()
        .where('id', '=', task.id)
        .executeTakeFirstOrThrow()
      expect(JSON.parse(await loadJson(open.database.read, row.record!)).network).toBe(allow_network_access)
    }
  } finally {
    await open.close()
  }
})

test('values are coerced to the types that the app declares', async () => {
  const folder = (await kim.post('/files', { project, name: 'coerced', type: 'folder' })).body.id
  const { inputs, errors } = await draft({
    inputs: {
      reads,
      threads: '8',
      sorted: 'TRUE',
      ratio: '1e-3',
      strand: 'plus',
      names: ['a', 'b'],
      more: [reads, file(reads, { name: 'ignored' })],
      folder: { class: 'Folder', path: folder },
      any: { deep: [{ file: { class: 'file', path: reads } }, 'text', 3] },
      pair: { left: file(reads), label: 'x' },
    },
  })
  const shown = { class: 'File', path: reads, name: 'reads.txt' }
  expect(errors).toEqual([])
  expect(inputs).toEqual({
    reads: shown,
    threads: 8,
    sorted: true,
    ratio: 0.001,
    strand: 'plus',
    names: ['a', 'b'],
    more: [shown, shown],
    folder: { class: 'Directory', path: folder, name: 'coerced' },
    any: { deep: [{ file: shown }, 'text', 3] },
    pair: { left: shown, right: null, label: 'x' },
  })
})

test.each([
  ['threads', 'many', 'schema'],
  ['threads', 1.5, 'schema'],
  ['threads', 2 ** 31, 'schema'],
  ['threads', true, 'schema'],
  ['sorted', 'yes', 'schema'],
  ['ratio', 'NaN', 'schema'],
  ['strand', 'up', 'schema'],
  ['names', 'a', 'schema'],
  ['names', ['a', 1], 'schema'],
  ['reads', ['list'], 'schema'],
  ['reads', 'reads.txt', 'schema'],
  ['reads', { class: 'Directory', path: 'x' }, 'schema'],
  ['pair', { left: 1, label: 'x' }, 'schema'],
  ['pair', { label: 'x' }, 'schema'],
  ['pair', 7, 'schema'],
  ['reads', { class: 'File', path: '/etc/passwd' }, 'file'],
  ['reads', { class: 'File', location: 'file:///etc/passwd' }, 'file'],
  ['reads', { class: 'File', location: 'http://127.0.0.1/x' }, 'file'],
  ['reads', { class: 'File', contents: 'text', basename: 'x' }, 'file'],
  ['reads', { class: 'File', path: '0123456789abcdef01234567' }, 'file'],
  ['more', [{ class: 'File', path: '../x' }], 'file'],
  ['any', { a: [{ b: { class: 'FILE', path: '/etc/shadow' } }] }, 'file'],
  ['any', { class: 'Directory', location: 'file:///etc' }, 'file'],
  ['any', { class: 'Directory', listing: [{ class: 'File', path: '/etc/passwd' }] }, 'file'],
  ['pair', { left: { class: 'File', path: '/x' }, label: 'x' }, 'file'],
  ['unknown', 1, 'unknown'],
])('the value of %s = %j is an error that names the input (%s)', async (input, value, kind) => {
  const inputs = { reads: file(reads), [input]: value }
  const created = await create({ inputs })
  expect([created.status, created.body.status]).toEqual([201, 'DRAFT'])
  expect(created.body.errors).toEqual([
    { type: `error/task_validation/input/${kind}`, input_id: input, message: expect.stringContaining(input) },
  ])
  const running = await create({ inputs }, '?action=run')
  expect([running.status, running.body.status, running.body.errors.length]).toEqual([201, 'DRAFT', 1])
  const run = await kim.post(`${created.body.href}/actions/run`)
  expect([run.status, run.body.code]).toEqual([400, 7024])
  expect(run.body.message).toContain(input)
})

test('a required input without a value is an error; every problem is told at once', async () => {
  const { errors } = await draft({ inputs: { threads: 'x', reads: null } })
  expect(errors.map(error => error.input_id).sort()).toEqual(['reads', 'threads'])
  expect(errors).toContainEqual(
    expect.objectContaining({ type: 'error/task_validation/input/required', input_id: 'reads' }),
  )
})

test("a file of another project, and of another user's, is an error", async () => {
  const other = await kim.upload({ project: await kim.project('Other') }, 'other.txt', 'x')
  const foreign = await lee.upload({ project: await lee.project('Foreign') }, 'foreign.txt', 'x')
  for (const id of [other, foreign]) {
    const { errors } = await draft({ inputs: { reads: file(id) } })
    expect(errors).toMatchObject([{ type: 'error/task_validation/input/file', input_id: 'reads' }])
  }
})

test('secondary files are found beside a file, and missed when they are required', async () => {
  const indexed = await kim.app(project, 'indexed', INDEXED)
  const bam = await kim.upload({ project }, 'a.bam', 'bam')
  const missing = await draft({ app: indexed, inputs: { bam: file(bam) } })
  expect(missing.errors).toMatchObject([{ type: 'error/task_validation/input/secondary_file', input_id: 'bam' }])
  expect(missing.errors[0]!.message).toContain('a.bam.bai')
  await kim.upload({ project }, 'a.bam.bai', 'index')
  await kim.upload({ project }, 'a.txt', 'note')
  const run = await kim.post(`${missing.href}/actions/run`)
  expect([run.status, run.body.status]).toEqual([200, 'QUEUED'])
  const { inputs } = await recordOf(run.body)
  expect(inputs.bam.secondaryFiles).toMatchObject([{ basename: 'a.bam.bai', size: 5 }, { basename: 'a.txt' }])
})

test('what an expression may name as a secondary file is frozen beside its file', async () => {
  const pattern = { pattern: '$(self.basename).fai', required: false }
  const bam = { type: 'File', secondaryFiles: [pattern] }
  const computed = await kim.app(project, 'computed', { ...INDEXED, inputs: { bam } })
  const fasta = await kim.upload({ project }, 'ref.fasta', 'x')
  await kim.upload({ project }, 'ref.fasta.fai', 'index')
  await kim.upload({ project }, 'ref.dict', 'dict')
  const task = (await create({ app: computed, inputs: { bam: file(fasta) } }, '?action=run')).body
  const record = await recordOf(task)
  expect(record.inputs.bam).not.toHaveProperty('secondaryFiles')
  expect(record.beside[record.inputs.bam.location]).toMatchObject([
    { basename: 'ref.dict' },
    { basename: 'ref.fasta.fai' },
  ])
  expect((await recordOf((await create({}, '?run=True')).body)).beside).toBeUndefined()
})

test('a folder is frozen with all that is in it', async () => {
  const folder = (await kim.post('/files', { project, name: 'tree', type: 'folder' })).body.id
  const inner = (await kim.post('/files', { parent: folder, name: 'inner', type: 'folder' })).body.id
  await kim.upload({ parent: inner }, 'b.txt', 'b')
  await kim.upload({ parent: folder }, 'a.txt', 'a')
  const inputs = { reads: file(reads), folder: { class: 'Directory', path: folder } }
  const record = await recordOf((await create({ inputs }, '?action=run')).body)
  expect(record.inputs.folder).toMatchObject({
    class: 'Directory',
    basename: 'tree',
    listing: [
      { class: 'File', basename: 'a.txt', location: expect.stringMatching(/^content:/) },
      { class: 'Directory', basename: 'inner', listing: [{ class: 'File', basename: 'b.txt' }] },
    ],
  })
})

test('folders that hold too much are an error, also one that is named again and again', async () => {
  const folder = (await kim.post('/files', { project, name: 'many', type: 'folder' })).body.id
  const rows = Array.from({ length: 600 }, (_, n) => ({
    id: n.toString(16).padStart(24, '0'),
    project,
    parent: folder,
    type: 'folder' as const,
    name: `f${n}`,
    content: null,
    size: null,
    origin_task: null,
    tags: '[]',
    metadata: '{}',
    created: n,
    modified: n,
  }))
  await api.database.write(tx => tx.insertInto('files').values(rows).execute())
  const directory = { class: 'Directory', path: folder }
  const once = await create({ inputs: { reads, folder: directory } }, '?action=run')
  expect(once.body.status).toBe('QUEUED')
  const often = await create({ inputs: { reads, any: Array(20).fill(directory) } }, '?action=run')
  expect([often.status, often.body.status]).toEqual([201, 'DRAFT'])
  expect(often.body.errors[0]!.message).toContain('10000 entries')
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
  const answer = await create(body)
  expect([answer.status, answer.body.code]).toEqual([code === 6002 ? 404 : 400, code])
})

test('a wrong action is 7013, an empty one 7014, batch=false without a run 7021', async () => {
  expect(
    await codes(create({}, '?action=walk'), create({}, '?action='), create({}, '?action'), create({}, '?batch=False')),
  ).toEqual([
    [400, 7013],
    [400, 7014],
    [400, 7014],
    [400, 7021],
  ])
})

test('a batch task is kept as it was defined, and is run with batch=false only', async () => {
  const by = { type: 'criteria', criteria: 'metadata.sample_id' }
  const body = { batch_input: 'reads', batch_by: by, inputs: { reads: [file(reads)] } }
  const task = await draft(body)
  expect(task).toMatchObject({
    batch: true,
    batch_input: 'reads',
    batch_by: { type: 'criteria', criteria: ['metadata.sample_id'] },
    errors: [],
  })
  const queued = await create(body, '?action=run')
  expect([queued.status, queued.body.status]).toEqual([201, 'DRAFT'])
  expect(queued.body.errors).toMatchObject([{ type: 'error/task_validation/batch', input_id: 'reads' }])
  const run = await kim.post(`${task.href}/actions/run?batch=true`)
  expect([run.status, run.body.code]).toEqual([400, 7024])
  const plain = await draft({ ...body, inputs: { reads: file(reads) } })
  const off = await kim.post(`${plain.href}/actions/run?batch=FALSE`)
  expect([off.status, off.body.status, off.body.batch]).toEqual([200, 'QUEUED', false])
})

test('batching is switched off by batch: false, or by both keys as null', async () => {
  const body = { batch_input: 'reads', batch_by: { type: 'ITEM' } }
  expect((await draft({ ...body, batch: false })).batch).toBe(false)
  for (const off of [{ batch: false }, { batch_input: null, batch_by: null }]) {
    const task = await draft(body)
    const edited = (await kim.patch(task.href, off)).body
    expect(edited.batch).toBe(false)
    expect(edited).not.toHaveProperty('batch_input')
  }
})

test('an edit merges inputs, null clears, and everything is validated afresh', async () => {
  const task = await draft({ inputs: { reads: file(reads), threads: 2, sorted: true }, description: 'first' })
  const edited = await kim.patch(task.href, { inputs: { threads: null, sorted: 'false', '#ratio': 1 }, name: null })
  expect(edited.status).toBe(200)
  expect(edited.body).toMatchObject({ name: 'count', description: 'first', errors: [] })
  expect(edited.body.inputs).toEqual({
    reads: { class: 'File', path: reads, name: 'reads.txt' },
    sorted: false,
    ratio: 1,
  })
  const broken = await kim.patch(task.href, { inputs: { reads: null }, description: null })
  expect(broken.body).toMatchObject({ errors: [{ input_id: 'reads' }], description: 'first' })
  const mended = await kim.patch(task.href, { inputs: { reads: file(reads) }, name: 'renamed', description: 'second' })
  expect(mended.body).toMatchObject({ errors: [], name: 'renamed', description: 'second' })
})

test('settings are merged, and the output location is echoed', async () => {
  const task = await draft({ execution_settings: { instance_type: 'm5.large;ebs-gp2;100' }, main_location: '/Runs/' })
  expect(task.output_location).toEqual({ main_location: '/Runs/' })
  const edited = await kim.patch(task.href, {
    execution_settings: { max_parallel_instances: '2', use_elastic_disk: null },
    use_interruptible_instances: false,
    output_location: { nodes_override: 'True' },
  })
  expect(edited.body).toMatchObject({
    execution_settings: { instance_type: 'm5.large;ebs-gp2;100', max_parallel_instances: 2, use_memoization: false },
    use_interruptible_instances: false,
    output_location: { main_location: '/Runs/', nodes_override: true },
  })
  const run = await kim.post(`${task.href}/actions/run?use_interruptible_instances=True`)
  expect(run.body.use_interruptible_instances).toBe(true)
  expect((await recordOf(run.body)).parallel).toBe(2)
})

test("a draft's app is changed with its inputs looked at again", async () => {
  const indexed = await kim.app(project, 'changed', INDEXED)
  const task = await draft()
  const edited = (await kim.patch(task.href, { app: indexed })).body
  expect(edited.app).toBe(indexed)
  expect(edited.errors.map(error => error.input_id).sort()).toEqual(['bam', 'reads'])
})

test('the inputs alone: all ids of the app, unset ones as null; an edit answers all of them', async () => {
  const task = await draft()
  const inputs = await kim.get(`${task.href}/inputs/?fields=_all&limit=50`)
  expect(inputs.body).toEqual({
    reads: { class: 'File', path: reads, name: 'reads.txt' },
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
  const edited = await kim.patch(`${task.href}/inputs`, { threads: '4', reads: null })
  expect(edited.body).toMatchObject({ threads: 4, reads: null })
  expect((await kim.get(task.href)).body.errors).toMatchObject([{ input_id: 'reads' }])
  expect((await kim.patch(`${task.href}/inputs`, [])).status).toBe(400)
})

test('a task that is no draft is renamed, and nothing else', async () => {
  const task = await draft()
  await force(task, 'COMPLETED')
  const renamed = await kim.patch(task.href, { name: 'done', description: null })
  expect([renamed.status, renamed.body.name]).toEqual([200, 'done'])
  expect(
    await codes(
      kim.patch(task.href, { inputs: {} }),
      kim.patch(task.href, { description: 'x' }),
      kim.patch(`${task.href}/inputs`, { threads: 1 }),
      kim.patch(task.href, { batch: false }),
    ),
  ).toEqual(Array(4).fill([400, 7026]))
})

test('a run is for drafts only', async () => {
  const task = await draft()
  expect((await kim.post(`${task.href}/actions/run`)).body.status).toBe('QUEUED')
  for (const status of ['CREATING', 'RUNNING', 'COMPLETED', 'FAILED', 'ABORTED'] as const) {
    await force(task, status)
    const answer = await kim.post(`${task.href}/actions/run`)
    expect([answer.status, answer.body.code], status).toEqual([400, 7007])
  }
})

test('a plain task may be run with batch=false, and with any empty body', async () => {
  for (const raw of ['', 'null', '{}']) {
    const task = await draft()
    const answer = await kim.call(`${task.href}/actions/run?batch=false&fields=_all`, { method: 'POST', raw })
    expect([answer.status, answer.body.status]).toEqual([200, 'QUEUED'])
  }
})

test('an abort is for tasks on their way, and told to the worker', async () => {
  const task = await draft()
  expect(await codes(kim.post(`${task.href}/actions/abort`))).toEqual([[400, 7011]])
  for (const status of ['CREATING', 'RUNNING'] as const) {
    await force(task, status)
    api.sent.length = 0
    const answer = await kim.post(`${task.href}/actions/abort`)
    expect([answer.status, answer.body.status]).toEqual([200, 'ABORTING'])
    expect(api.sent).toEqual([{ type: 'abort', task: task.id }])
  }
  expect(await codes(kim.post(`${task.href}/actions/abort`))).toEqual([[400, 7011]])
  await force(task, 'COMPLETED')
  expect(await codes(kim.post(`${task.href}/actions/abort`))).toEqual([[400, 7011]])
})

test('a draft is deleted, a task that was run is not', async () => {
  const task = await draft()
  expect((await kim.delete(task.href)).status).toBe(204)
  expect(await codes(kim.get(task.href), kim.delete(task.href))).toEqual(Array(2).fill([404, 7002]))
  const done = await draft()
  await force(done, 'COMPLETED')
  expect(await codes(kim.delete(done.href))).toEqual([[400, 7007]])
})

test('an unknown task is 404, a malformed id 400, an unknown action 7013', async () => {
  const none = '00000000-0000-4000-8000-000000000000'
  const { id, href } = await draft()
  expect(
    await codes(
      kim.get(`/tasks/${none}`),
      kim.get('/tasks/7'),
      kim.get(`/tasks/${id}x`),
      kim.post('/tasks/7/actions/run'),
      kim.post(`${href}/actions/walk`),
      kim.post(`/tasks/${none}/actions/walk`),
      kim.get('/nothing/execution_details'),
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
  expect((await kim.get(`/tasks/${id.toUpperCase()}`)).body.id).toBe(id)
})

test("another user's task is 404 for every call", async () => {
  const { href } = await draft()
  expect(
    await codes(
      lee.get(href),
      lee.patch(href, { name: 'mine' }),
      lee.delete(href),
      lee.get(`${href}/inputs`),
      lee.patch(`${href}/inputs`, {}),
      lee.post(`${href}/actions/run`),
      lee.post(`${href}/actions/abort`),
      lee.post(`${href}/actions/clone`),
      lee.get(`${href}/execution_details`),
    ),
  ).toEqual(Array(9).fill([404, 7002]))
})

test('execution details show jobs with their logs, without keys that are null', async () => {
  const task = await draft()
  const empty = (await kim.get(`${task.href}/execution_details`)).body
  expect(empty).toMatchObject({ href: `${task.href}/execution_details`, status: 'DRAFT', jobs: [] })
  const log = '0123456789abcdef01234567'
  await api.database.write(tx =>
    tx
      .insertInto('jobs')
      .values({
        task: task.id,
        path: 'call/align[3]',
        status: 'DONE',
        attempt: 1,
        plan: null,
        outputs: null,
        manifest: null,
        exit_code: 0,
        command_line: 'align x',
        message: '',
        stdout: log,
        stderr: null,
        cores: 1,
        ram: 1,
        cpu: null,
        retried: 0,
        queued: 1,
        started: 1_709_631_667_000,
        ended: null,
      })
      .execute(),
  )
  const { body } = await kim.get(`/${task.id}/execution_details`)
  expect(body.jobs).toEqual([
    {
      name: 'call/align[3]',
      status: 'DONE',
      start_time: '2024-03-05T09:41:07Z',
      command_line: 'align x',
      retried: false,
      instance: expect.any(Object),
      logs: { 'stdout.log': `${api.base}/files/${log}/download_info` },
    },
  ])
})

test('outputs show files by id once there are any, and null where there are none', async () => {
  const task = await draft()
  const hash = 'test-outputs'
  const json = JSON.stringify({ counts: { class: 'File', path: reads, name: 'counts.txt', size: 3 }, other: {} })
  await api.database.write(async tx => {
    await tx.insertInto('stored_values').values({ hash, json }).execute()
    await tx.updateTable('tasks').set({ outputs: hash, status: 'COMPLETED' }).where('id', '=', task.id).execute()
  })
  expect((await kim.get(task.href)).body.outputs).toEqual({
    counts: { class: 'File', path: reads, name: 'counts.txt', size: 3 },
    other: null,
  })
})

test('lists filter by project, status, parent, batch and time, and order in every way', async () => {
  const place = await kim.project('Listed')
  const tool = await kim.app(place, 'wc', TOOL)
  const made: Json[] = []
  for (const name of ['b', 'a', 'c']) made.push((await kim.post('/tasks', { project: place, app: tool, name })).body)
  const [b, a, c] = made as [Json, Json, Json]
  const at = (text: string) => Date.parse(text)
  await api.database.write(async tx => {
    const set = (task: Json, fields: object) => tx.updateTable('tasks').set(fields).where('id', '=', task.id).execute()
    await set(b, { created: at('2024-01-01T00:00:00.500Z'), parent: c.id })
    await set(a, { created: at('2024-01-02T00:00:00Z'), status: 'RUNNING', started: at('2024-01-05T00:00:00Z') })
    await set(c, { created: at('2024-01-03T00:00:00Z'), batch: 1, ended: at('2024-01-06T00:00:00Z') })
  })
  const names = async (query: string) => {
    const answer = await kim.get(`/tasks?project=${place}&${query}`)
    expect(answer.headers['x-total-matching-query']).toBe(String(answer.body.items.length))
    return answer.body.items.map(item => item.name).join('')
  }
  expect(await names('')).toBe('bac')
  expect(await names('order_by=created_time&order=desc')).toBe('cab')
  expect(await names('order_by=name&order=ASC')).toBe('abc')
  expect(await names('order_by=start_time')).toBe('bca')
  expect(await names('order_by=end_time&order=desc')).toMatch(/^c/)
  expect(await names('order_by=created_by')).toHaveLength(3)
  expect(await names('status=running')).toBe('a')
  expect(await names('status=DRAFT')).toBe('bc')
  expect(await names('status=CREATING')).toBe('')
  expect(await names(`parent=${c.id}`)).toBe('b')
  expect(await names('batch=True')).toBe('c')
  expect(await names('batch=FALSE')).toBe('ba')
  expect(await names('created_from=2024-01-02')).toBe('ac')
  expect(await names('created_to=2024-01-01T00:00:00')).toBe('b')
  expect(await names('created_from=2024-01-01T23:00:00-01:00')).toBe('ac')
  expect(await names('created_from=2024-01-02T01:00:00+01:00')).toBe('ac')
  expect(await names('created_to=2024-01-02%2000:00:00')).toBe('ba')
  expect(await names('started_from=2024-01-04')).toBe('a')
  expect(await names('ended_to=2024-02-01')).toBe('c')
  expect(await names('origin_id=x')).toBe('')
  expect(await codes(kim.get('/tasks?status=Active'), kim.get('/tasks?created_from=soon'))).toEqual([
    [400, 7006],
    [400, 90000],
  ])
  expect(await codes(kim.get('/tasks?order_by=size'), kim.get('/tasks?order=up'), kim.get('/tasks?batch=x'))).toEqual(
    Array(3).fill([400, 90000]),
  )
  expect((await kim.get(`/projects/${place}/tasks?status=running`)).body.items.map(item => item.name)).toEqual(['a'])
  const [full] = (await kim.get(`/tasks?project=${place}&fields=_all`)).body.items
  expect(full).toMatchObject({ errors: expect.any(Array), inputs: {}, outputs: { counts: {} } })
  expect((await lee.get('/tasks')).body.items).toEqual([])
})
