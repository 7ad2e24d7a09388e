import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadJson } from '../../src/database/values.ts'
import { startApi } from '../support/api.ts'
import { INDEXED, TOOL } from '../support/documents.ts'
import { file, TaskFixture } from '../support/task-fixture.ts'

let t: TaskFixture

beforeAll(async () => {
  t = await TaskFixture.start()
})
afterAll(() => t.api.close())

test('what a run depends on is frozen when it leaves DRAFT, and its bytes are held', async () => {
  const mine = await t.kim.upload({ project: t.project }, 'frozen.txt', 'before')
  await t.kim.patch(`/files/${mine}`, { metadata: { sample_id: 'S1' } })
  const task = (await t.create({ inputs: { reads: file(mine), threads: '8' } }, '?action=run')).body
  await t.kim.patch(`/files/${mine}`, { name: 'renamed.txt', metadata: {} })
  const record = await t.recordOf(task)
  expect(record).toMatchObject({
    app: `${t.project}/wc/0`,
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
  await t.kim.delete(`/files/${mine}`)
  const holders = await t.api.database.read
    .selectFrom('holders')
    .select('holder')
    .where('content', '=', content)
    .execute()
  expect(holders).toEqual([{ holder: `task:${task.id}` }])
  expect(record.folder).toBe((await t.kim.get(`/projects/${t.project}`)).body.root_folder)
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
  const folder = (await t.kim.post('/files', { project: t.project, name: 'coerced', type: 'folder' })).body.id
  const { inputs, errors } = await t.draft({
    inputs: {
      reads: t.reads,
      threads: '8',
      sorted: 'TRUE',
      ratio: '1e-3',
      strand: 'plus',
      names: ['a', 'b'],
      more: [t.reads, file(t.reads, { name: 'ignored' })],
      folder: { class: 'Folder', path: folder },
      any: { deep: [{ file: { class: 'file', path: t.reads } }, 'text', 3] },
      pair: { left: file(t.reads), label: 'x' },
    },
  })
  const shown = { class: 'File', path: t.reads, name: 'reads.txt' }
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
  ['threads', 2 ** 53, 'schema'],
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
  const inputs = { reads: file(t.reads), [input]: value }
  const created = await t.create({ inputs })
  expect([created.status, created.body.status]).toEqual([201, 'DRAFT'])
  expect(created.body.errors).toEqual([
    { type: `error/task_validation/input/${kind}`, input_id: input, message: expect.stringContaining(input) },
  ])
  const running = await t.create({ inputs }, '?action=run')
  expect([running.status, running.body.status, running.body.errors.length]).toEqual([201, 'DRAFT', 1])
  const run = await t.kim.post(`${created.body.href}/actions/run`)
  expect([run.status, run.body.code]).toEqual([400, 7024])
  expect(run.body.message).toContain(input)
})

test('a required input without a value is an error; every problem is told at once', async () => {
  const { errors } = await t.draft({ inputs: { threads: 'x', reads: null } })
  expect(errors.map(error => error.input_id).sort()).toEqual(['reads', 'threads'])
  expect(errors).toContainEqual(
    expect.objectContaining({ type: 'error/task_validation/input/required', input_id: 'reads' }),
  )
})

test("a file of another t.project, and of another user's, is an error", async () => {
  const other = await t.kim.upload({ project: await t.kim.project('Other') }, 'other.txt', 'x')
  const foreign = await t.lee.upload({ project: await t.lee.project('Foreign') }, 'foreign.txt', 'x')
  for (const id of [other, foreign]) {
    const { errors } = await t.draft({ inputs: { reads: file(id) } })
    expect(errors).toMatchObject([{ type: 'error/task_validation/input/file', input_id: 'reads' }])
  }
})

test('secondary files are found beside a file, and missed when they are required', async () => {
  const indexed = await t.kim.app(t.project, 'indexed', INDEXED)
  const bam = await t.kim.upload({ project: t.project }, 'a.bam', 'bam')
  const missing = await t.draft({ app: indexed, inputs: { bam: file(bam) } })
  expect(missing.errors).toMatchObject([{ type: 'error/task_validation/input/secondary_file', input_id: 'bam' }])
  expect(missing.errors[0]!.message).toContain('a.bam.bai')
  await t.kim.upload({ project: t.project }, 'a.bam.bai', 'index')
  await t.kim.upload({ project: t.project }, 'a.txt', 'note')
  const run = await t.kim.post(`${missing.href}/actions/run`)
  expect([run.status, run.body.status]).toEqual([200, 'QUEUED'])
  const { inputs } = await t.recordOf(run.body)
  expect(inputs.bam.secondaryFiles).toMatchObject([{ basename: 'a.bam.bai', size: 5 }, { basename: 'a.txt' }])
})

test('what an expression may name as a secondary file is frozen beside its file', async () => {
  const pattern = { pattern: '$(self.basename).fai', required: false }
  const bam = { type: 'File', secondaryFiles: [pattern] }
  const computed = await t.kim.app(t.project, 'computed', { ...INDEXED, inputs: { bam } })
  const fasta = await t.kim.upload({ project: t.project }, 'ref.fasta', 'x')
  await t.kim.upload({ project: t.project }, 'ref.fasta.fai', 'index')
  await t.kim.upload({ project: t.project }, 'ref.dict', 'dict')
  const task = (await t.create({ app: computed, inputs: { bam: file(fasta) } }, '?action=run')).body
  const record = await t.recordOf(task)
  expect(record.inputs.bam).not.toHaveProperty('secondaryFiles')
  expect(record.beside[record.inputs.bam.location]).toMatchObject([
    { basename: 'ref.dict' },
    { basename: 'ref.fasta.fai' },
  ])
  expect((await t.recordOf((await t.create({}, '?run=True')).body)).beside).toBeUndefined()
})

test('a folder is frozen with all that is in it', async () => {
  const folder = (await t.kim.post('/files', { project: t.project, name: 'tree', type: 'folder' })).body.id
  const inner = (await t.kim.post('/files', { parent: folder, name: 'inner', type: 'folder' })).body.id
  await t.kim.upload({ parent: inner }, 'b.txt', 'b')
  await t.kim.upload({ parent: folder }, 'a.txt', 'a')
  const inputs = { reads: file(t.reads), folder: { class: 'Directory', path: folder } }
  const record = await t.recordOf((await t.create({ inputs }, '?action=run')).body)
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
  const folder = (await t.kim.post('/files', { project: t.project, name: 'many', type: 'folder' })).body.id
  const rows = Array.from({ length: 600 }, (_, n) => ({
    id: n.toString(16).padStart(24, '0'),
    project: t.project,
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
  await t.api.database.write(tx => tx.insertInto('file_rows').values(rows).execute())
  const directory = { class: 'Directory', path: folder }
  const once = await t.create({ inputs: { reads: t.reads, folder: directory } }, '?action=run')
  expect(once.body.status).toBe('QUEUED')
  const often = await t.create({ inputs: { reads: t.reads, any: Array(20).fill(directory) } }, '?action=run')
  expect([often.status, often.body.status]).toEqual([201, 'DRAFT'])
  expect(often.body.errors[0]!.message).toContain('10000 entries')
})
