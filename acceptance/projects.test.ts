import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client } from './client.ts'
import { GREET } from './documents.ts'
import type { Json } from './exchange.ts'
import { refused } from './refused.ts'
import { type Server, serve } from './server.ts'

/** Projects as clients make, find, edit and delete them. Names are unlike any other, so that a used server will do. */
let server: Server
let kim: Client
let owner: string
const mark = Date.now().toString(36)

beforeAll(async () => {
  server = await serve()
  kim = new Client(server)
  owner = String((await kim.get('/user')).username)
})
afterAll(() => server.close())

const create = (name: string, more: object = {}) => kim.post('/projects', { name: `${name} ${mark}`, ...more })
const ids = ({ items }: Json) => items.map(({ id }) => id)

test('the id is made of the name: lower case, dashes for everything else, a number for a name that is taken', async () => {
  const first = await create("Ana's  2nd: RNA")
  expect(first.id).toBe(`${owner}/ana-s-2nd-rna-${mark}`)
  expect((await create("Ana's  2nd: RNA")).id).toBe(`${first.id}-1`)
  expect((await kim.patch(first.href, { name: 'Renamed' })).id).toBe(first.id)
})

test('everything that may be given is kept, settings also at the top', async () => {
  const settings = {
    locked: true,
    controlled: true,
    use_interruptible_instances: false,
    use_memoization: true,
    use_elastic_disk: true,
    allow_network_access: true,
    location: null,
    intermediate_files: { retention: 'LIMITED', duration: 120 },
  }
  const given = { description: '# Why', tags: ['a', 'b'], type: 'v2', settings }
  const project = await create('Everything', given)
  const { location: _, ...kept } = settings
  expect(project).toMatchObject({ ...given, settings: kept })
  const top = { use_memoization: true, intermediate_files: { retention: 'LIMITED', duration: 1 } }
  expect((await create('Top', top)).settings).toMatchObject(top)
})

test('an edit changes what it names, down to the leaf, and nulls nothing', async () => {
  const project = await create('Edited', { description: 'old', tags: ['a'] })
  const settings = {
    locked: true,
    controlled: true,
    use_interruptible_instances: false,
    use_memoization: true,
    use_elastic_disk: true,
    allow_network_access: false,
    intermediate_files: { retention: 'LIMITED', duration: 48 },
  }
  for (const [key, value] of Object.entries(settings)) {
    const before = (await kim.get(project.href)).settings as Json
    const edited = await kim.patch(project.href, { settings: { [key]: value } })
    expect(edited.settings).toEqual({ ...before, [key]: value })
  }
  const leaf = await kim.patch(project.href, { settings: { intermediate_files: { duration: 5 } } })
  expect(leaf.settings).toMatchObject({ intermediate_files: { retention: 'LIMITED', duration: 5 } })
  const top = { use_memoization: false, intermediate_files: { retention: 'LIMITED', duration: 7 } }
  expect((await kim.patch(project.href, top)).settings).toMatchObject(top)
  const fields = { name: 'New', description: 'new', tags: ['b', 'c'], billing_group: project.billing_group }
  expect(await kim.patch(project.href, fields)).toMatchObject({ ...fields, id: project.id })
  const nulls = { name: null, description: null, tags: null, billing_group: null, settings: null }
  expect(await kim.patch(project.href, nulls)).toMatchObject(fields)
  const posted = await kim.post(`${project.href}?_method=PATCH`, { ...fields, name: 'Posted' })
  expect(posted).toMatchObject({ name: 'Posted', tags: ['b', 'c'] })
})

test('a list goes by a part of the name in any case, and by all of several tags', async () => {
  const one = await create('Filter one', { tags: [`x${mark}`, 'y'] })
  const two = await create('FILTER two', { tags: [`x${mark}`] })
  expect(ids(await kim.get(`/projects/?name=filter&fields=_all&limit=100`))).toEqual(
    expect.arrayContaining([one.id, two.id]),
  )
  expect(ids(await kim.get(`/projects?name=${encodeURIComponent(`lter two ${mark}`)}`))).toEqual([two.id])
  expect(ids(await kim.get(`/projects?tags=x${mark}`)).sort()).toEqual([one.id, two.id].sort())
  expect(ids(await kim.get(`/projects?tags=x${mark}&tags=y`))).toEqual([one.id])
  expect(ids(await kim.get(`/projects?category=PRIVATE&tags=x${mark}`)).sort()).toEqual([one.id, two.id].sort())
  expect(ids(await kim.get(`/projects?category=PUBLIC&tags=x${mark}`))).toEqual([])
  const owned = `/projects/${owner}?name=filter%20one&tags=y&category=private&limit=1&offset=0&fields=id,tags`
  expect(await kim.get(owned)).toMatchObject({ items: [{ id: one.id, tags: [`x${mark}`, 'y'] }] })
  const summary = (await kim.get(`/projects?tags=x${mark}&tags=y`)).items[0]!
  expect(Object.keys(summary).filter(key => !['href', 'id', 'name'].includes(key))).toEqual([])
  expect(await kim.get(`${one.href}?fields=name,settings.locked,!tags`)).toEqual({
    href: one.href,
    name: one.name,
    settings: { locked: false },
  })
})

test('its old routes page and select like the lists that they lead to', async () => {
  const project = await create('Aliases')
  await kim.post('/files', { name: 'folder', type: 'folder', project: project.id })
  const raw = await kim.post(`/apps/${project.id}/greet/raw`, GREET)
  await kim.post('/tasks', { name: 't', project: project.id, app: raw['sbg:id'], inputs: {} })
  for (const noun of ['files', 'tasks', 'apps']) {
    const path = `/projects/${project.id}/${noun}?limit=1&offset=0&fields=id`
    let answer = await kim.ask('GET', path)
    if (answer.status >= 300) answer = await kim.ask('GET', String(answer.headers.location))
    expect(answer).toMatchObject({ status: 200, headers: { 'x-total-matching-query': '1' } })
    expect(answer.body.items.map(item => Object.keys(item).sort())).toEqual([['href', 'id']])
  }
})

test('a project is deleted with all that is in it', async () => {
  const project = await create('Deleted')
  const file = await kim.upload(project.root_folder, 'x.txt', 'x')
  await kim.post(`/apps/${project.id}/greet/raw`, GREET)
  await kim.delete(project.href)
  await refused(kim.ask('GET', project.href), 404, 3002)
  await refused(kim.ask('DELETE', project.href), 404, 3002)
  await refused(kim.ask('GET', file.href), 404, 5002)
  await refused(kim.ask('GET', `/apps/${project.id}/greet`), 404, 6002)
})

test.each<[object, number, number, RegExp]>([
  [{ name: '' }, 400, 3007, /name/],
  [{ name: null }, 400, 3007, /name/],
  [{ name: 'x', type: '' }, 400, 3009, /type/],
  [{ name: 'x', type: 'v3' }, 400, 3010, /v2/],
  [{ name: 'x', billing_group: 'mine' }, 400, 4005, /UUID/],
  [{ name: 'x', billing_group: '00000000-0000-4000-8000-000000000000' }, 404, 4002, /billing|group/],
  [{ name: 'x', billing_group: '' }, 400, 3008, /billing/],
  [{ name: 'x', settings: { locked: 'maybe' } }, 400, 90000, /settings\.locked/],
  [{ name: 'x', settings: { intermediate_files: { duration: 121 } } }, 400, 90000, /duration/],
  [{ name: 'x', settings: { intermediate_files: { duration: 0 } } }, 400, 90000, /duration/],
  [{ name: 'x', tags: [1] }, 400, 90000, /tags/],
])('%j makes no project', async (body, status, code, message) => {
  await refused(kim.ask('POST', '/projects', body), status, code, message)
})
