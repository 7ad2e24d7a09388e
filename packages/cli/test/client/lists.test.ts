import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Scripted, startScripted } from './scripted-server.ts'

const id = '0b8e63c5-3d20-4f1e-8a2f-3f6d3a6f9d11'
const other = '7d1f9b52-40c6-4a6e-9c0e-6a2b6d0a8c22'

let server: Scripted

beforeEach(async () => {
  server = await startScripted()
})
afterEach(() => server.close())

const asked = () => server.calls.map(({ call }) => call)
const task = (id: string, name: string) => ({
  id,
  name,
  status: 'COMPLETED',
  app: 'a/b/c/0',
  created_by: 'kim',
  created_time: '2026-01-01T00:00:00Z',
})
const columns = 'id,name,status,app,created_by,created_time'

test('a table shows the first items and says how many there are', async () => {
  const call = `GET /tasks?limit=1&project=a/b&status=FAILED&order_by=created_time&order=desc&fields=${columns}`
  server.page(call, [task(id, 'one')], { next: '/tasks?offset=1', total: 12 })
  const { stdout, code } = await server.run('tasks', 'list', '--project', 'a/b', '--status', 'failed', '--limit', '1')
  expect(stdout.split('\n')).toEqual([
    `ID${' '.repeat(36)}NAME  STATUS     APP      BY   CREATED`,
    `${id}  one   COMPLETED  a/b/c/0  kim  2026-01-01T00:00:00Z`,
    '1 of 12 tasks; --all shows the rest',
    '',
  ])
  expect([code, asked()]).toEqual([0, [call]])
})

test('--all reads page after page by the links, with their query as it is', async () => {
  server.page('GET /files?limit=100&project=a/b&name=x&name=y&fields=id,name,type,size,modified_on,tags', [], {
    next: '/files?name=x&name=y&offset=100&after=abc',
  })
  server.page('GET /files?name=x&name=y&offset=100&after=abc', [{ id: 'f1', name: 'x', type: 'file', size: 1 }])
  const { stdout } = await server.run('files', 'list', 'a/b', '--name', 'x', '--name', 'y', '--all')
  expect(stdout).toMatch(/^f1 +x +1 B$/m)
  expect(stdout).toMatch(/^1 file$/m)
})

test('--json is one document of all pages', async () => {
  server.page('GET /projects?limit=100&fields=_all', [{ id: 'a/b' }], { next: '/projects?offset=1', total: 2 })
  server.page('GET /projects?offset=1', [{ id: 'a/c' }], { total: 2 })
  const { stdout } = await server.run('projects', 'list', '--json')
  expect(JSON.parse(stdout)).toEqual([{ id: 'a/b' }, { id: 'a/c' }])
})

test('an empty list is an empty document, or says so', async () => {
  server.page('GET /apps?limit=100&visibility=private&fields=!raw', [])
  server.page('GET /apps?limit=50&visibility=private&fields=id,name,project,revision', [])
  expect((await server.run('apps', 'list', '--json')).stdout).toBe('[]\n')
  expect((await server.run('apps', 'list')).stdout).toBe('No apps\n')
})

test('--fields picks the columns, nested ones too', async () => {
  server.page('GET /files?limit=50&parent=5f2c0a1be4b0aa10e77c0001&fields=id,metadata.sample_id', [
    { id: 'f1', href: 'x', metadata: { sample_id: 'S1' } },
  ])
  server.script['GET /files/5f2c0a1be4b0aa10e77c0001'] = [[200, { id: '5f2c0a1be4b0aa10e77c0001', type: 'folder' }]]
  const { stdout } = await server.run('files', 'list', '5f2c0a1be4b0aa10e77c0001', '--fields', 'id,metadata.sample_id')
  expect(stdout).toBe('ID  METADATA.SAMPLE_ID\nf1  S1\n1 file\n')
})

test('--all and --limit exclude each other, and a limit is a number', async () => {
  expect(await server.run('tasks', 'list', '--all', '--limit', '3')).toMatchObject({
    code: 1,
    stderr: 'reprise: --all and --limit exclude each other.\n',
  })
  const wrong = await server.run('tasks', 'list', '--limit', 'many')
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('whole number of 1 or more')])
  expect(server.calls).toEqual([])
})

test('a task goes by its name, and by the beginning of its id', async () => {
  const search = 'GET /tasks?limit=100&order_by=created_time&order=desc&fields=id,name,status,created_time'
  server.page(search, [task(id, 'align'), task(other, 'call')])
  server.script[`GET /tasks/${other}`] = [[200, { ...task(other, 'call'), errors: [], warnings: [], outputs: {} }]]
  for (const name of ['call', '7d1f9b52'])
    expect(JSON.parse((await server.run('tasks', 'get', name, '--json')).stdout).id).toBe(other)
})

test('a name of several tasks is refused with their ids', async () => {
  const search = 'GET /tasks?limit=100&order_by=created_time&order=desc&fields=id,name,status,created_time'
  server.page(search, [task(id, 'align'), task(other, 'align')])
  const { stderr, code } = await server.run('tasks', 'get', 'align')
  expect(code).toBe(1)
  expect(stderr).toContain('"align" is the name of 2 tasks; give the id of one:')
  for (const one of [id, other]) expect(stderr).toContain(`  ${one}  align  COMPLETED`)
  server.page(search, [])
  expect((await server.run('tasks', 'get', 'align')).stderr).toBe('reprise: There is no task "align".\n')
})

test('a project goes by its short name, and by its full one', async () => {
  server.page('GET /projects?limit=100&fields=id,name', [
    { id: 'ana/leaf-rna', name: 'Leaf RNA' },
    { id: 'kim/dna', name: 'DNA' },
  ])
  server.script['GET /projects/ana/leaf-rna'] = [
    [200, { id: 'ana/leaf-rna', tags: ['x', 'y'], settings: { locked: false } }],
  ]
  for (const name of ['leaf-rna', 'Leaf RNA']) {
    const { stdout } = await server.run('projects', 'get', name)
    expect(stdout).toBe('id        ana/leaf-rna\ntags      x, y\nsettings  {"locked":false}\n')
  }
})

test('a path leads down through folders, and a name that is not there is told', async () => {
  const folder = { id: 'd'.repeat(24), name: 'reads', type: 'folder', project: 'a/b' }
  server.page('GET /files?limit=100&project=a/b&name=reads&fields=_all', [folder])
  server.page(`GET /files?limit=100&parent=${folder.id}&name=x y.bam&fields=_all`, [
    { id: 'f'.repeat(24), name: 'x y.bam' },
  ])
  server.page(`GET /files?limit=100&parent=${folder.id}&name=none&fields=_all`, [])
  server.script[`GET /files/${'f'.repeat(24)}`] = [[200, { id: 'f'.repeat(24), size: 3 }]]
  const call = ['files', 'get', 'a/b/reads/x y.bam', '--json']
  expect(JSON.parse((await server.run(...call)).stdout).size).toBe(3)
  expect(await server.run('files', 'get', 'a/b/reads/none')).toMatchObject({
    code: 1,
    stderr: 'reprise: There is no file or folder "a/b/reads/none": write an id, or a path OWNER/PROJECT/FOLDER/NAME.\n',
  })
})
