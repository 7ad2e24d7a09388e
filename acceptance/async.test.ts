import { afterAll, beforeAll, expect, test } from 'vitest'
import { expected, until } from './call.ts'
import { Client } from './client.ts'
import type { Json } from './exchange.ts'
import { refused } from './refused.ts'
import { type Server, serve } from './server.ts'

/** Files and folders copied, moved and deleted behind the answer of a call, by jobs that clients ask for again and again. */
let server: Server
let kim: Client
let project: Json
let other: Json

beforeAll(async () => {
  server = await serve()
  kim = new Client(server)
  project = await kim.post('/projects', { name: 'Async' })
  other = await kim.post('/projects', { name: 'Async other' })
})
afterAll(() => server.close())

let count = 0

/** A folder with a file in it, and one in a folder in it. */
async function tree(parent = project.root_folder): Promise<Json> {
  const top = await kim.post('/files', { name: `tree${++count}`, type: 'folder', parent })
  await kim.upload(top.id, 'one.txt', '1')
  const inner = await kim.post('/files', { name: 'inner', type: 'folder', parent: top.id })
  await kim.upload(inner.id, 'two.txt', '22')
  return top
}

type Kind = 'copy' | 'move' | 'delete'
type Job = Json & { result: { resource?: Json; error?: Json }[]; state: string }

/** Submits, looks at what came at once, and waits as `reload` does: by the href, and by the call for this kind of job. */
async function run(kind: Kind, items: object[]): Promise<Job> {
  const { body: job } = await expected(kim.ask('POST', `/async/files/${kind}`, { items }), 200, 201, 202)
  expect(job).toMatchObject({
    href: `${server.url}/async/files/${kind}/${job.id}`,
    type: kind.toUpperCase(),
    state: expect.stringMatching(/^(SUBMITTED|RESOLVING|RUNNING|FINISHED)$/),
  })
  const done = await until(
    () => kim.get(`/async/files/${kind}/${job.id}`),
    ({ state }) => state === 'FINISHED',
  )
  for (const key of ['total_files', 'completed_files', 'failed_files'])
    expect(Number.isInteger(done[key]), key).toBe(true)
  for (const key of ['started_on', 'finished_on']) expect(done[key]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  expect(await kim.get(String(done.href))).toEqual(done)
  return done as Job
}

const names = async (folder: { id: string }): Promise<string[]> =>
  (await kim.get(`/files/${folder.id}/list`)).items.map(({ name }) => name).sort()

test('a folder is copied with all that is in it, next to a file, under names that were asked for', async () => {
  const source = await tree()
  const file = await kim.upload(project.root_folder, 'alone.txt', 'alone')
  const done = await run('copy', [
    { file: source.id, parent: '', project: other.id, name: 'copied' },
    { file: file.id, parent: other.root_folder, project: '', name: '' },
  ])
  expect(done).toMatchObject({ failed_files: 0 })
  expect(done.result).toHaveLength(2)
  const [top, alone] = done.result.map(({ resource }) => resource!)
  expect(top).toMatchObject({ name: 'copied', type: 'folder', project: other.id })
  expect(alone).toMatchObject({ name: 'alone.txt', size: 5, project: other.id })
  expect(await names({ id: top!.id })).toEqual(['inner', 'one.txt'])
  expect(await names(source)).toEqual(['inner', 'one.txt'])
})

test('a folder is moved to another project; files keep their ids', async () => {
  const source = await tree()
  const [file] = (await kim.get(`/files/${source.id}/list`)).items.filter(({ name }) => name === 'one.txt')
  const done = await run('move', [{ file: source.id, parent: other.root_folder }])
  expect(done.result[0]!.error).toBeUndefined()
  expect(await kim.get(`/files/${file!.id}`)).toMatchObject({ id: file!.id, project: other.id, name: 'one.txt' })
  expect(await names({ id: project.root_folder })).not.toContain(source.name)
})

test('folders of one name are merged by a move, files of one name get a number', async () => {
  const [source, target] = [
    await tree(),
    await kim.post('/files', { name: `target${count}`, type: 'folder', project: other.id }),
  ]
  const same = await kim.post('/files', { name: source.name, type: 'folder', parent: target.id })
  await kim.upload(same.id, 'one.txt', 'other')
  await run('move', [{ file: source.id, parent: target.id }])
  expect(await names(target)).toEqual([source.name])
  const [merged] = (await kim.get(`/files/${target.id}/list`)).items
  const inside = await names({ id: merged!.id })
  expect(inside).toEqual(expect.arrayContaining(['inner', 'one.txt']))
  expect(inside.filter(name => /^_?1_one\.txt$/.test(name))).toHaveLength(1)
})

test('a folder that is not empty is deleted, and what is gone is told apart', async () => {
  const source = await tree()
  const done = await run('delete', [{ file: source.id }, { file: 'f'.repeat(24) }])
  expect(done.result).toHaveLength(2)
  expect(done.result.filter(({ error }) => error !== undefined)).toHaveLength(1)
  expect(Number(done.failed_files)).toBeGreaterThan(0)
  await refused(kim.ask('GET', source.href), 404, 5002)
})

test('a root folder is not copied, nor a folder into itself', async () => {
  const source = await tree()
  const [inner] = (await kim.get(`/files/${source.id}/list`)).items.filter(({ type }) => type === 'folder')
  for (const [kind, item] of [
    ['copy', { file: project.root_folder, project: other.id }],
    ['move', { file: source.id, parent: inner!.id }],
    ['move', { file: source.id, parent: source.id }],
  ] as const) {
    const answer = await kim.ask('POST', `/async/files/${kind}`, { items: [item] })
    if (answer.status >= 400) expect(answer.status).toBeLessThan(500)
    else {
      const done = await until(
        () => kim.get(answer.body.href),
        ({ state }) => state === 'FINISHED',
      )
      expect((done as Job).result[0]).toHaveProperty('error')
    }
  }
  expect(await names(source)).toEqual(['inner', 'one.txt'])
})

test('jobs are listed, those of the caller alone', async () => {
  const lee = new Client(server, await server.addUser('lee'))
  const source = await tree()
  const { id } = await run('delete', [{ file: source.id }])
  const list = await expected(kim.ask('GET', '/async/files?limit=100&offset=0'), 200)
  expect(list.body.items.map(job => job.id)).toContain(id)
  expect(list.headers['x-total-matching-query']).toMatch(/^\d+$/)
  expect((await lee.get('/async/files')).items).toEqual([])
  await refused(lee.ask('GET', `/async/files/delete/${id}`), 404, 10211)
  await refused(kim.ask('GET', '/async/files/copy/none'), 404, 10211)
})

test.each([
  ['nothing to do', []],
  ['no list', 'all'],
  ['no place to go to', [{ file: 'f'.repeat(24), parent: '', project: '' }]],
])('%s is refused, or fails item by item', async (_, items) => {
  const answer = await kim.ask('POST', '/async/files/copy', { items })
  expect(answer.status).toBeLessThan(500)
  if (answer.status < 400) {
    const done = await until(
      () => kim.get(answer.body.href),
      ({ state }) => state === 'FINISHED',
    )
    for (const one of (done as Job).result) expect(one).toHaveProperty('error')
  } else expect(answer.body.code).toEqual(expect.any(Number))
})
