import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, codes, startApi } from '../support/api.ts'
import { TOOL } from '../support/documents.ts'

let api: Api
let kim: Client
let lee: Client

beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim')
  lee = await api.user('lee')
})
afterAll(() => api.close())

test('a project gets an id of its name, and another of the same name another id', async () => {
  const first = await kim.post('/projects', { name: "Kim's Demo  Project!" })
  expect(first.status).toBe(201)
  expect(first.body).toMatchObject({
    href: `${api.base}/projects/kim/kim-s-demo-project`,
    id: 'kim/kim-s-demo-project',
    name: "Kim's Demo  Project!",
    type: 'v2',
    description: '',
    tags: [],
    category: 'PRIVATE',
    created_by: 'kim',
    permissions: { write: true, read: true, copy: true, execute: true, admin: true },
    settings: { use_memoization: false, intermediate_files: { retention: 'LIMITED', duration: 24 } },
  })
  expect(first.body.root_folder).toMatch(/^[0-9a-f]{24}$/)
  expect(first.body.created_on).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  expect((await kim.post('/projects', { name: "kim's demo project" })).body.id).toBe('kim/kim-s-demo-project-1')
  expect((await kim.post('/projects', { name: '日本' })).body.id).toBe('kim/project')
})

test('nulls on create are as good as absent, and a single tag may come bare', async () => {
  const nulls = { name: 'Nulls', description: null, tags: null, billing_group: null, settings: { location: null } }
  const answer = await kim.post('/projects', nulls)
  expect([answer.status, answer.body.settings.location]).toEqual([201, 'aws:us-east-1'])
  expect((await kim.post('/projects', { name: 'Bare', tags: 'rna' })).body.tags).toEqual(['rna'])
})

test('settings are taken from their object and from beside it', async () => {
  const given = {
    name: 'S',
    use_memoization: true,
    intermediate_files: { duration: '48' },
    settings: { locked: 'True' },
  }
  const { settings } = (await kim.post('/projects', given)).body
  expect(settings).toMatchObject({ locked: true, use_memoization: true, intermediate_files: { duration: 48 } })
})

test.each([
  [{}, 3007],
  [{ name: '  ' }, 3007],
  [{ name: 'x', type: 'v9' }, 3010],
  [{ name: 'x', type: '' }, 3009],
  [{ name: 'x', billing_group: '' }, 3008],
  [{ name: 'x', billing_group: 'mine' }, 4005],
  [{ name: 'x', billing_group: '11111111-1111-4111-8111-111111111111' }, 4002],
  [{ name: 'x', settings: { intermediate_files: { duration: 500 } } }, 90000],
  [{ name: 'x', settings: 7 }, 90000],
])('creating a project with %j is refused with code %i', async (body, code) => {
  expect((await kim.post('/projects', body)).body.code).toBe(code)
})

test('an edit merges settings down to their leaves and replaces tags', async () => {
  const project = await kim.project('Edit', { controlled: true })
  const edited = await kim.patch(`/projects/${project}`, {
    name: 'Edited',
    tags: ['a', 'b'],
    settings: { locked: true, intermediate_files: { duration: 12 } },
  })
  expect(edited.status).toBe(200)
  expect(edited.body).toMatchObject({
    id: project,
    name: 'Edited',
    tags: ['a', 'b'],
    settings: { controlled: true, locked: true, intermediate_files: { retention: 'LIMITED', duration: 12 } },
  })
  const again = await kim.post(`/projects/${project}?_method=patch`, { tags: ['c'], description: null })
  expect(again.body).toMatchObject({ name: 'Edited', tags: ['c'], settings: { locked: true } })
  expect((await kim.post(`/projects/${project}`, {})).body.code).toBe(90006)
})

test('lists show own projects only, by name, owner, tags and category', async () => {
  const max = await api.user('max')
  await max.post('/projects', { name: 'RNA one', tags: ['rna', 'x'] })
  await max.post('/projects', { name: 'rna two', tags: ['rna'] })
  await max.post('/projects', { name: 'Other 100%_' })
  const names = async (path: string) => (await max.get(path)).body.items.map(item => item.name)
  expect(await names('/projects')).toEqual(['RNA one', 'rna two', 'Other 100%_'])
  expect(await names('/projects/max')).toEqual(['RNA one', 'rna two', 'Other 100%_'])
  expect(await names('/projects/kim')).toEqual([])
  expect(await names('/projects?name=Rna')).toEqual(['RNA one', 'rna two'])
  expect(await names('/projects?name=%25')).toEqual(['Other 100%_'])
  expect(await names('/projects?tags=rna&tags=x')).toEqual(['RNA one'])
  expect(await names('/projects?tags=rn')).toEqual([])
  expect(await names('/projects?category=private')).toHaveLength(3)
  expect(await names('/projects?category=PUBLIC')).toEqual([])
  const summary = (await max.get('/projects')).body.items[0]!
  expect(Object.keys(summary).sort()).toEqual(['href', 'id', 'name'])
  const full = (await max.get('/projects?fields=_all')).body.items[0]!
  expect(full.permissions.admin).toBe(true)
})

test("another user's project is 404 for every call", async () => {
  const project = await kim.project('Private')
  for (const call of [
    lee.get(`/projects/${project}`),
    lee.patch(`/projects/${project}`, { name: 'mine' }),
    lee.delete(`/projects/${project}`),
    lee.get(`/projects/${project}/files`),
    lee.get(`/projects/${project}/tasks`),
    lee.get(`/projects/${project}/apps`),
    lee.get(`/files?project=${project}`),
    lee.get(`/tasks?project=${project}`),
    lee.get(`/apps?project=${project}`),
    lee.post('/files', { project, name: 'f', type: 'folder' }),
    lee.post('/upload/multipart', { project, name: 'f', size: 1 }),
    lee.post(`/apps/${project}/tool/raw`, TOOL),
    lee.post('/tasks', { project, app: `${project}/tool` }),
  ]) {
    const answer = await call
    expect([answer.status, answer.body.code]).toEqual([404, 3002])
  }
})

test('what a member may read but not do is 403', async () => {
  const project = await kim.project('Shared')
  await api.database.write(tx =>
    tx
      .insertInto('members')
      .values({ project, username: 'lee', read: 1, copy: 0, write: 0, execute: 0, admin: 0 })
      .execute(),
  )
  const file = await kim.upload({ project }, 'a.txt', 'a')
  expect((await lee.get(`/projects/${project}`)).body.permissions).toMatchObject({ read: true, admin: false })
  expect((await lee.get(`/files/${file}`)).status).toBe(200)
  expect(
    await codes(
      lee.patch(`/projects/${project}`, { name: 'mine' }),
      lee.delete(`/projects/${project}`),
      lee.post('/files', { project, name: 'f', type: 'folder' }),
      lee.delete(`/files/${file}`),
      lee.get(`/files/${file}/download_info`),
      lee.post('/upload/multipart', { project, name: 'f', size: 1 }),
      lee.post(`/apps/${project}/tool/raw`, TOOL),
      lee.post('/tasks', { project, app: `${project}/tool` }),
    ),
  ).toEqual([
    [403, 3001],
    [403, 3001],
    [403, 5001],
    [403, 5001],
    [403, 5001],
    [403, 8001],
    [403, 6001],
    [403, 7001],
  ])
})

test('a deleted project is gone with its files, and lets go of their contents', async () => {
  const project = await kim.project('Doomed')
  const file = await kim.upload({ project }, 'a.txt', 'bytes')
  const held = () => api.database.read.selectFrom('holders').selectAll().where('holder', '=', `file:${file}`).execute()
  expect(await held()).toHaveLength(1)
  expect((await kim.delete(`/projects/${project}`)).status).toBe(204)
  expect((await kim.get(`/files/${file}`)).body.code).toBe(5002)
  expect(await held()).toEqual([])
})

test('only the own profile is shown', async () => {
  expect((await kim.get('/users/kim')).body).toMatchObject({ username: 'kim', zip_code: '', phone: '' })
  const other = await kim.get('/users/lee')
  expect([other.status, other.body.code]).toEqual([403, 2001])
  const none = await kim.get('/users/Kim')
  expect([none.status, none.body.code]).toEqual([404, 2002])
})

test('there is one billing group, for everyone', async () => {
  const { items } = (await kim.get('/billing/groups?fields=_all')).body
  expect(items).toMatchObject([{ type: 'free', pending: false, disabled: false, balance: { amount: 0 } }])
  expect((await kim.get(`/billing/groups/${items[0]!.id}`)).body.id).toBe(items[0]!.id)
  expect((await kim.get('/billing/groups/x')).body.code).toBe(4005)
  const project = await kim.post('/projects', { name: 'Funded', billing_group: items[0]!.id })
  expect(project.body.billing_group).toBe(items[0]!.id)
})
