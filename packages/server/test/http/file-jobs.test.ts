import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, type Client, codes, type Json, startApi } from '../support/api.ts'
import { expectWholeTrees, finished } from '../support/trees.ts'

let api: Api
let kim: Client
let lee: Client
let count = 0
let project: string

const NOBODY = '0123456789abcdef01234567'

beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim')
  lee = await api.user('lee')
  project = await fresh()
})
afterAll(async () => {
  await expectWholeTrees(api.database)
  await api.close()
})

const fresh = () => kim.project(`Jobs ${++count}`)
const rootOf = async (id: string) => (await kim.get(`/projects/${id}`)).body.root_folder
const folder = async (place: object, name: string) =>
  (await kim.post('/files', { ...place, name, type: 'folder' })).body.id

/** `name: text` of files, `name: {…}` of folders, below a folder; the texts are what the files hold. */
interface Tree {
  [name: string]: string | Tree
}

/** Makes them; gives the ids by path. */
async function plant(parent: string, tree: Tree, path = ''): Promise<{ [path: string]: string }> {
  const ids: { [path: string]: string } = {}
  for (const [name, inside] of Object.entries(tree)) {
    if (typeof inside === 'string') ids[path + name] = await kim.upload({ parent }, name, inside)
    else {
      const id = await folder({ parent }, name)
      ids[path + name] = id
      Object.assign(ids, await plant(id, inside, `${path}${name}/`))
    }
  }
  return ids
}

async function harvest(parent: string): Promise<Tree> {
  const tree: Tree = {}
  for (const { id, name, type } of (await kim.get(`/files/${parent}/list?limit=100`)).body.items) {
    if (type === 'folder') tree[name] = await harvest(id)
    else tree[name] = (await kim.call((await kim.get(`/files/${id}/download_info`)).body.url)).text
  }
  return tree
}

const records = (job: Json) => job.result as { resource?: Json; error?: { status: number; code: number } }[]

describe('copy', () => {
  test('of files and of a folder with all that is in it; taken names get a prefix, folders merge', async () => {
    const [from, to] = [await rootOf(await fresh()), await fresh()]
    const ids = await plant(from, { 'a.txt': '1', tree: { 'a.txt': '2', deep: { 'b.txt': '3' }, empty: {} } })
    await kim.patch(`/files/${ids['tree/deep/b.txt']}/metadata`, { sample: 'S' })
    const target = await rootOf(to)
    const there = await plant(target, { 'a.txt': 'old', tree: { deep: { 'b.txt': 'old' }, 'c.txt': 'old' } })

    const items = [
      { file: ids['a.txt'], project: to, parent: '' },
      { file: ids.tree, parent: target, project: '' },
    ]
    const job = await finished(kim, kim.post('/async/files/copy', { items }))
    expect(job).toMatchObject({ type: 'COPY', total_files: 3, completed_files: 3, failed_files: 0 })
    expect(job.href).toBe(`${api.base}/async/files/copy/${job.id}`)
    expect(records(job)[0]!.resource).toMatchObject({ name: '_1_a.txt', project: to })
    expect(records(job)[1]!.resource).toMatchObject({ id: there.tree, name: 'tree' })
    expect(await harvest(target)).toEqual({
      'a.txt': 'old',
      '_1_a.txt': '1',
      tree: { 'a.txt': '2', 'c.txt': 'old', deep: { 'b.txt': 'old', '_1_b.txt': '3' }, empty: {} },
    })
    expect(await harvest(from)).toEqual({ 'a.txt': '1', tree: { 'a.txt': '2', deep: { 'b.txt': '3' }, empty: {} } })
    const found = await kim.get(`/files?parent=${there['tree/deep']}&metadata.sample=S`)
    expect(found.body.items.map(file => file.name)).toEqual(['_1_b.txt'])
  })

  test('under another name, also beside itself; where a file has the name of a folder, with a prefix', async () => {
    const root = await rootOf(await fresh())
    const ids = await plant(root, { tree: { 'a.txt': '1' }, file: '2' })
    const items = [
      { file: ids.tree, parent: root, name: 'again' },
      { file: ids.tree, parent: root, name: 'file' },
    ]
    const job = await finished(kim, kim.post('/async/files/copy', { items }))
    expect(job).toMatchObject({ completed_files: 2, failed_files: 0 })
    expect(await harvest(root)).toEqual({
      tree: { 'a.txt': '1' },
      again: { 'a.txt': '1' },
      file: '2',
      _1_file: { 'a.txt': '1' },
    })
  })

  test('each item ends for itself, with its own code', async () => {
    const from = await fresh()
    const ids = await plant(await rootOf(from), { tree: { inner: {} }, 'a.txt': '1', 'b.txt': '2' })
    const root = await rootOf(from)
    const all = { read: true, copy: false, write: false, execute: false, admin: false }
    const readable = await lee.project('Readable')
    await lee.post(`/projects/${readable}/members`, { username: 'kim', permissions: all })
    const theirs = await lee.upload({ project: readable }, 'theirs.txt', 'x')
    const theirFolder = (await lee.post('/files', { project: readable, name: 'x', type: 'folder' })).body.id
    const items: [object, number, number][] = [
      [{ file: NOBODY, project }, 404, 10225],
      [{ file: theirs, project }, 403, 10226],
      [{ file: root, project }, 400, 10232],
      [{ file: ids['a.txt'], parent: NOBODY }, 404, 10222],
      [{ file: ids['a.txt'], project: 'kim/nope' }, 404, 10213],
      [{ file: ids['a.txt'], project: 'nope' }, 400, 10232],
      [{ file: ids['a.txt'], parent: ids['b.txt'] }, 400, 10227],
      [{ file: ids['a.txt'], project: readable }, 403, 10210],
      [{ file: ids['a.txt'], parent: theirFolder }, 403, 10221],
      [{ file: ids['a.txt'], parent: root }, 400, 10229],
      [{ file: ids.tree, parent: ids.tree }, 400, 10229],
      [{ file: ids.tree, parent: ids['tree/inner'] }, 400, 10229],
      [{ file: ids['a.txt'], project, name: 'a/b' }, 400, 10235],
      [{ file: ids.tree, project, name: '__x' }, 400, 10236],
    ]
    const good = { file: ids['b.txt'], project }
    const job = await finished(kim, kim.post('/async/files/copy', { items: [...items.map(([item]) => item), good] }))
    const ended = records(job).map(({ error }) => error && [error.status, error.code])
    expect(ended).toEqual([...items.map(([, status, code]) => [status, code]), undefined])
    expect(job).toMatchObject({ completed_files: 1, failed_files: items.length, total_files: items.length + 1 })
  })
})

describe('move', () => {
  test('across projects: ids of files survive, those of folders do not, folders merge, names get prefixes', async () => {
    const from = await rootOf(await fresh())
    const to = await fresh()
    const target = await rootOf(to)
    const ids = await plant(from, { 'a.txt': '1', tree: { 'a.txt': '2', deep: { 'b.txt': '3' } } })
    await kim.patch(`/files/${ids['tree/deep/b.txt']}/metadata`, { sample: 'S' })
    const there = await plant(target, { 'a.txt': 'old', tree: { deep: { 'b.txt': 'old' } } })
    const items = [
      { file: ids['a.txt'], project: to },
      { file: ids.tree, project: to },
    ]
    const job = await finished(kim, kim.post('/async/files/move', { items }))
    expect(job).toMatchObject({ type: 'MOVE', total_files: 3, completed_files: 3, failed_files: 0 })
    expect(records(job).map(({ resource }) => resource?.id)).toEqual([ids['a.txt'], there.tree])
    expect(await harvest(from)).toEqual({})
    expect(await harvest(target)).toEqual({
      'a.txt': 'old',
      '_1_a.txt': '1',
      tree: { 'a.txt': '2', deep: { 'b.txt': 'old', '_1_b.txt': '3' } },
    })
    const moved = (await kim.get(`/files/${ids['tree/deep/b.txt']}`)).body
    expect(moved).toMatchObject({ project: to, parent: there['tree/deep'], metadata: { sample: 'S' } })
    expect((await kim.get(`/files/${ids.tree}`)).status).toBe(404)
    const found = await kim.get(`/files?parent=${there['tree/deep']}&metadata.sample=S`)
    expect(found.body.items.map(file => file.id)).toEqual([moved.id])
  })

  test('a folder is renamed so; into itself, below itself or where it is it does not go', async () => {
    const root = await rootOf(await fresh())
    const ids = await plant(root, { tree: { inner: { 'a.txt': '1' } } })
    const job = await finished(
      kim,
      kim.post('/async/files/move', { items: [{ file: ids.tree, parent: root, name: 'renamed' }] }),
    )
    const renamed = records(job)[0]!.resource!.id
    expect(await harvest(root)).toEqual({ renamed: { inner: { 'a.txt': '1' } } })
    const inner = (await kim.get(`/files/${renamed}/list`)).body.items[0]!.id
    for (const parent of [renamed, inner, root]) {
      const refused = await finished(kim, kim.post('/async/files/move', { items: [{ file: renamed, parent }] }))
      expect(records(refused)[0]!.error!.code).toBe(10229)
    }
  })

  test('it needs write on the source', async () => {
    const theirs = await lee.project('Copyable')
    const rights = { read: true, copy: true, write: false, execute: false, admin: false }
    await lee.post(`/projects/${theirs}/members`, { username: 'kim', permissions: rights })
    const file = await lee.upload({ project: theirs }, 'theirs.txt', 'x')
    const job = await finished(kim, kim.post('/async/files/move', { items: [{ file, project }] }))
    expect(records(job)[0]!.error!.code).toBe(10226)
  })
})

describe('delete', () => {
  test('of files and of folders that are not empty', async () => {
    const root = await rootOf(await fresh())
    const ids = await plant(root, { 'a.txt': '1', tree: { 'a.txt': '2', deep: { 'b.txt': '3', empty: {} } }, kept: {} })
    const items = [{ file: ids['a.txt'] }, { file: ids.tree }, { file: root }, { file: NOBODY }]
    const job = await finished(kim, kim.post('/async/files/delete', { items }))
    expect(job).toMatchObject({ type: 'DELETE', completed_files: 3, failed_files: 2 })
    expect(records(job).map(({ resource, error }) => resource?.id ?? error?.code)).toEqual([
      ids['a.txt'],
      ids.tree,
      10232,
      10225,
    ])
    expect(await harvest(root)).toEqual({ kept: {} })
  })

  test('it needs write', async () => {
    const theirs = await lee.project('Kept')
    const rights = { read: true, copy: true, write: false, execute: false, admin: false }
    await lee.post(`/projects/${theirs}/members`, { username: 'kim', permissions: rights })
    const file = await lee.upload({ project: theirs }, 'theirs.txt', 'x')
    const job = await finished(kim, kim.post('/async/files/delete', { items: [{ file }] }))
    expect(records(job)[0]!.error).toMatchObject({ status: 403, code: 10226 })
  })
})

test('what is wrong with a call as a whole', async () => {
  const file = await kim.upload({ project }, 'whole.txt', 'x')
  const items = (...given: unknown[]) => ({ items: given })
  const to = await fresh()
  expect(
    await codes(
      kim.post('/async/files/copy', {}),
      kim.post('/async/files/move', items()),
      kim.post('/async/files/delete', items()),
      kim.post('/async/files/copy', items({ file })),
      kim.post('/async/files/copy', items({ file, parent: '', project: '' })),
      kim.post('/async/files/copy', items({ file, parent: NOBODY, project: to })),
      kim.post('/async/files/copy', items({ project: to })),
      kim.post('/async/files/copy', items({ file: 7, project: to })),
      kim.post('/async/files/copy', items({ file, project: to }, { file, project: to })),
      kim.post('/async/files/move', items({ file, project: to }, { file, project })),
      kim.post('/async/files/delete', items({ file }, { file })),
      kim.post('/async/files/delete', items(...Array.from({ length: 101 }, (_, n) => ({ file: String(n) })))),
      kim.post('/async/files/archive', items({ file })),
      kim.get(`/async/files/copy/${NOBODY}`),
    ),
  ).toEqual([
    [400, 10230],
    [400, 10230],
    [400, 10230],
    [400, 10228],
    [400, 10228],
    [400, 10232],
    [400, 10232],
    [400, 10232],
    [400, 10231],
    [400, 10231],
    [400, 10231],
    [400, 10232],
    [400, 90010],
    [404, 10211],
  ])
})

test('operations are listed for whoever made them, and nobody else', async () => {
  const file = await kim.upload({ project }, 'listed.txt', 'x')
  const job = await finished(kim, kim.post('/async/files/copy', { items: [{ file, project: await fresh() }] }))
  const { body, headers } = await kim.get('/async/files?limit=100')
  expect(body.items.at(-1)).toEqual(job)
  expect(headers['x-total-matching-query']).toBe(String(body.items.length))
  expect((await lee.get('/async/files')).body.items).toEqual([])
  expect((await lee.get(job.href)).body.code).toBe(10211)
  expect((await kim.get(`/async/files/move/${job.id}`)).body.code).toBe(10211)
})

test('bulk: a record for each item, in their order', async () => {
  const place = await fresh()
  const a = await kim.upload({ project: place }, 'a.txt', 'x')
  const b = await kim.upload({ project: place }, 'b.txt', 'x')
  const dir = await folder({ project: place }, 'dir')
  await kim.upload({ parent: dir }, 'inside.txt', 'x')
  await kim.patch(`/files/${a}`, { metadata: { one: '1', two: '2' }, tags: ['t'] })
  const bulk = async (call: string, body: object) => (await kim.post(`/bulk/files/${call}`, body)).body.items

  expect(await bulk('get', { file_ids: [b, NOBODY, a] })).toMatchObject([
    { resource: { id: b } },
    { error: { status: 404, code: 5002, more_info: `${api.base}/errors/5002` } },
    { resource: { id: a, metadata: { one: '1', two: '2' } } },
  ])
  const before = (await kim.get(`/files/${b}`)).body
  const edited = await bulk('edit', {
    items: [
      { id: a, name: 'c.txt', metadata: { two: null, three: 3 }, tags: null },
      { file_id: b, name: null, metadata: null, tags: null },
      { id: dir, tags: ['x'] },
      { id: dir, metadata: {} },
      { id: dir, name: 'renamed' },
      { id: b, name: 'c.txt' },
      { id: b, metadata: { '': 'x' } },
      { name: 'x' },
    ],
  })
  expect(edited[0]).toMatchObject({ resource: { name: 'c.txt', metadata: { one: '1', three: '3' }, tags: ['t'] } })
  expect(edited[1]).toEqual({ resource: before })
  expect(edited.slice(2).map(({ error }) => (error as Json).code)).toEqual([5027, 5025, 5023, 5003, 5035, 5004])

  const updated = await bulk('update', {
    items: [
      { id: a, tags: null, metadata: null },
      { id: b, tags: ['only'] },
    ],
  })
  expect(updated).toMatchObject([
    { resource: { name: 'c.txt', metadata: {}, tags: [] } },
    { resource: { name: 'b.txt', metadata: {}, tags: ['only'] } },
  ])
  expect(await bulk('delete', { file_ids: [a, dir, a] })).toMatchObject([
    { resource: { id: a, name: 'c.txt' } },
    { error: { status: 400, code: 5021 } },
    { error: { status: 404, code: 5002 } },
  ])
  expect(
    await codes(
      kim.post('/bulk/files/get', {}),
      kim.post('/bulk/files/edit', { items: 'x' }),
      kim.post('/bulk/files/delete', { file_ids: Array(101).fill(b) }),
    ),
  ).toEqual(Array(3).fill([400, 5033]))
})

test('bulk: tasks', async () => {
  const app = await kim.app(project, 'echo', {
    cwlVersion: 'v1.2',
    class: 'CommandLineTool',
    baseCommand: 'true',
    inputs: [],
    outputs: [],
  })
  const task = (await kim.post('/tasks', { project, app, name: 'one' })).body
  const { items } = (await kim.post('/bulk/tasks/get', { task_ids: [task.id, 'x'] })).body
  expect(items).toEqual([{ resource: task }, { error: expect.objectContaining({ status: 400, code: 7005 }) }])
})
