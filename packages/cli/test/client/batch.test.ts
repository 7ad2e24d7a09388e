import { array, assert as check, constantFrom, property, record } from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { batchByOf, groupsOf } from '../../src/client/batch-groups.ts'
import type { FileEntry } from '../../src/client/shapes.ts'
import { type Scripted, startScripted } from './scripted-server.ts'

const task = '0b8e63c5-3d20-4f1e-8a2f-3f6d3a6f9d11'
const child = '7d1f9b52-40c6-4a6e-9c0e-6a2b6d0a8c22'
const folder = { id: 'd'.repeat(24), name: 'reads', type: 'folder', project: 'a/b' }
const reads = (n: number, sample?: string) => ({
  id: String(n).repeat(24),
  name: `${n}.fq`,
  type: 'file' as const,
  project: 'a/b',
  metadata: sample === undefined ? {} : { sample_id: sample },
})
const files = [reads(1, 'S1'), reads(2, 'S2'), reads(3, 'S1')]

let server: Scripted

beforeEach(async () => {
  server = await startScripted()
  server.script['GET /apps/a/b/align'] = [[200, { raw: { inputs: { reads: 'File[]', threads: 'int' } } }]]
  server.page('GET /files?limit=100&project=a/b&name=reads&fields=_all', [folder])
  server.page(`GET /files?limit=100&parent=${folder.id}&fields=_all`, files)
})
afterEach(() => server.close())

const parent = (status: string, more: object = {}) => ({
  id: task,
  name: 'align',
  status,
  app: 'a/b/align/0',
  created_time: '2026-01-01T00:00:00Z',
  batch: true,
  batch_input: 'reads',
  batch_by: { type: 'CRITERIA', criteria: ['metadata.sample_id'] },
  errors: [],
  warnings: [],
  outputs: {},
  ...more,
})

const by = ['batch', 'align', '--project', 'a/b', '--input', 'reads=reads', '--by', 'metadata.sample_id']

function expectBatch(action: string) {
  server.page('GET /apps?limit=100&project=a/b&fields=id,name,project', [{ id: 'a/b/align/0', name: 'Align' }])
  server.script[`POST /tasks${action}`] = [[201, parent(action === '' ? 'DRAFT' : 'CREATING')]]
}

test('the files of a folder make the groups that they have in common', async () => {
  expectBatch('')
  server.script[`GET /tasks/${task}`] = [[200, parent('DRAFT')]]
  const { stdout, code } = await server.run(...by, '--set', 'threads=8')
  expect(stdout).toMatch(/^GROUP {2}FILES\nS1 {5}1\.fq, 3\.fq\nS2 {5}2\.fq\n2 groups\n/)
  expect(stdout).toContain('Batch    reads by metadata.sample_id')
  expect(code).toBe(0)
  const made = server.calls.find(({ call }) => call === 'POST /tasks')
  expect(made?.body).toEqual({
    project: 'a/b',
    app: 'a/b/align',
    inputs: { threads: 8, reads: files.map(({ id }) => ({ class: 'File', path: id })) },
    batch_input: 'reads',
    batch_by: { type: 'CRITERIA', criteria: ['metadata.sample_id'] },
  })
})

test('when it runs its children are shown, once they are made', async () => {
  expectBatch('?action=run')
  server.script[`GET /tasks/${task}`] = [
    [200, parent('CREATING')],
    [200, parent('RUNNING', { execution_status: { running: 1, completed: 1 } })],
  ]
  const group = { value: 'S1', fields: { 'metadata.sample_id': 'S1' } }
  server.page(`GET /tasks?limit=100&parent=${task}&fields=id,name,status,batch_group,created_time,end_time`, [
    { id: child, name: 'align S1', status: 'RUNNING', batch_group: group },
  ])
  const { stdout, code } = await server.run(...by, '--run')
  expect(stdout).toContain('Batch    reads by metadata.sample_id: 1 running, 1 completed')
  expect(stdout).toMatch(new RegExp(`${child} +S1 +RUNNING +align S1\n1 child\n$`))
  expect(code).toBe(0)
})

test('one item each, as JSON with the children', async () => {
  expectBatch('?action=run')
  server.script[`GET /tasks/${task}`] = [[200, parent('FAILED')]]
  server.page(`GET /tasks?limit=100&parent=${task}&fields=id,name,status,batch_group,created_time,end_time`, [
    { id: child },
  ])
  const flags = ['--by', 'item', '--run', '--wait', '--json']
  const { stdout, code } = await server.run(...by.slice(0, 6), ...flags)
  expect(JSON.parse(stdout)).toMatchObject({ id: task, children: [{ id: child }] })
  expect(code).toBe(1)
  expect(server.calls.find(({ call }) => call.startsWith('POST'))?.body).toMatchObject({ batch_by: { type: 'ITEM' } })
})

test('a batch goes over one input', async () => {
  server.page('GET /apps?limit=100&project=a/b&fields=id,name,project', [{ id: 'a/b/align/0', name: 'Align' }])
  const { stderr, code } = await server.run(...by, '--input', 'other=x')
  expect([stderr, code]).toEqual([expect.stringContaining('A batch goes over one input'), 1])
})

test('groups hold every file once, and files of one group agree', () => {
  const file = record({ sample: constantFrom('S1', 'S2', undefined), library: constantFrom('L1', 'L2') })
  check(
    property(array(file), given => {
      const all = given.map(({ sample, library }, n): FileEntry => {
        const metadata = { library, ...(sample === undefined ? {} : { sample }) }
        return { id: String(n), name: String(n), type: 'file', project: 'a/b', metadata }
      })
      const groups = groupsOf(all, batchByOf(['metadata.sample', 'metadata.library']))
      expect(groups.flatMap(group => group.files).toSorted((a, b) => Number(a.id) - Number(b.id))).toEqual(all)
      for (const group of groups)
        expect(new Set(group.files.map(({ metadata }) => JSON.stringify(metadata))).size).toBe(1)
      expect(new Set(groups.map(({ value }) => value)).size).toBe(groups.length)
    }),
  )
})
