import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, expected } from './call.ts'
import { Client, file } from './client.ts'
import { GREET } from './documents.ts'
import type { Json } from './exchange.ts'
import { refused } from './refused.ts'
import { type Server, serve } from './server.ts'

/** Who may do what: members as each client adds and changes them, and what each permission is good for. */
let server: Server
let kim: Client
let lee: Client
let name: string
let address: string
let project: Json
let members: string

const NONE = { write: false, read: true, copy: false, execute: false, admin: false }
const ALL = { write: true, read: true, copy: true, execute: true, admin: true }

beforeAll(async () => {
  server = await serve()
  kim = new Client(server)
  lee = new Client(server, await server.addUser('lee'))
  const user = await lee.get('/user')
  name = String(user.username)
  address = String(user.email)
})
afterAll(() => server.close())

async function fresh(permissions?: object): Promise<void> {
  project = await kim.post('/projects', { name: 'Members' })
  members = `/projects/${project.id}/members`
  if (permissions) await kim.post(members, { username: name, permissions })
}

test('the owner is a member of a new project, and may everything', async () => {
  await fresh()
  const me = (await kim.get('/user')).username
  const list = await expected(kim.ask('GET', `${members}?limit=50&offset=0&fields=_all`), 200)
  expect(list.headers['x-total-matching-query']).toBe('1')
  expect(list.body.items).toMatchObject([{ href: `${server.url}${members}/${me}`, username: me, permissions: ALL }])
})

test('Python adds by username with some permissions, and saves by a PATCH of the href with what changed', async () => {
  await fresh()
  const member = await kim.post(members, { username: name, type: 'USER', permissions: { write: true, copy: true } })
  expect(member).toMatchObject({ id: name, username: name, email: address, type: 'USER' })
  expect(member.permissions).toEqual({ ...NONE, write: true, copy: true })
  expect(await kim.patch(`${member.href}/permissions`, { copy: false, execute: true })).toEqual({
    ...NONE,
    write: true,
    execute: true,
  })
  const { status, bytes } = await kim.ask('DELETE', `${members}/${name}`, {})
  expect([status, bytes.length]).toEqual([204, 0])
})

test('Python may leave the permissions out: then there is only read', async () => {
  await fresh()
  expect((await kim.post(members, { username: name })).permissions).toEqual(NONE)
})

test('R sends username and email, one of them null, with paging behind, and reads the whole permissions', async () => {
  await fresh()
  const query = '?limit=50&offset=0&fields=_all'
  const permissions = { write: true, read: true, copy: true, execute: true, admin: false }
  const added = await kim.post(`${members}${query}`, { username: null, email: address, permissions })
  expect(added).toMatchObject({ username: name, permissions })
  const one = await expected(kim.ask('GET', `${members}/${name}${query}`), 200)
  expect(one.body).toMatchObject({ username: name, permissions })
  expect(one.headers).not.toHaveProperty('x-total-matching-query')
  const shown = await kim.get(`${members}/${name}/permissions${query}`)
  expect(shown).toEqual(permissions)
  const put = { ...permissions, write: false, read: false }
  expect(await kim.replace(`${members}/${name}/permissions`, put)).toEqual({ ...put, read: true })
})

test('Java deletes by the href that it got, and takes no empty answer for a change', async () => {
  await fresh(ALL)
  const member = await kim.get(`${members}/${name}`)
  const changed = await expected(kim.ask('PATCH', `${member.href}/permissions`, { admin: 'false' }), 200)
  expect(changed.bytes.length).toBeGreaterThan(0)
  expect(changed.body).toEqual({ ...ALL, admin: false })
  await kim.delete(member.href)
  await refused(kim.ask('GET', member.href), 404, 3002)
})

test('an admin may everything, and all are members one by one', async () => {
  await fresh({ admin: true })
  expect((await kim.get(`${members}/${name}`)).permissions).toEqual(ALL)
  expect((await lee.get(project.href)).permissions).toEqual(ALL)
  expect((await lee.get(`${members}?limit=1&offset=1`)).items).toHaveLength(1)
})

test('what is not there, is there already, or is not complete', async () => {
  await fresh(NONE)
  await refused(kim.ask('POST', members, { username: name }), 409, 3003)
  await refused(kim.ask('POST', members, { username: 'nobody-of-this-name' }), 404, 2002)
  await refused(kim.ask('POST', members, { username: '', email: null }), 400, 3005, /username/)
  await refused(kim.ask('POST', members, { username: name, type: 'GROUP' }), 400, 90000, /type/)
  await refused(kim.ask('PUT', `${members}/${name}/permissions`, { write: true }), 400, 3013, /copy/)
  await refused(kim.ask('PATCH', `${members}/${name}/permissions`, {}), 400, 3011)
  await refused(kim.ask('GET', `${members}/nobody-of-this-name`), 404, 3002)
  await refused(kim.ask('DELETE', `${members}/nobody-of-this-name`), 404, 3002)
})

test('the owner stays, and stays an admin', async () => {
  await fresh(ALL)
  const owner = String((await kim.get('/user')).username)
  await refused(lee.ask('DELETE', `${members}/${owner}`), 403, 3001, /owner/)
  await refused(lee.ask('PATCH', `${members}/${owner}/permissions`, { admin: false }), 403, 3001, /owner/)
})

test('read is names and lists; copy the bytes; write a change; execute a run; admin the members', async () => {
  await fresh(NONE)
  const reads = await kim.upload(project.root_folder, 'reads.txt', 'bytes')
  const app = String((await kim.post(`/apps/${project.id}/greet/raw`, GREET))['sbg:id'])
  const draft = await kim.post('/tasks', { project: project.id, app, inputs: { word: 'x' }, name: 'x' })
  const grant = (permissions: object) => kim.replace(`${members}/${name}/permissions`, { ...NONE, ...permissions })

  expect((await lee.get(`/files?project=${project.id}`)).items.map(({ id }) => id)).toEqual([reads.id])
  expect((await lee.get(`${draft.href}/inputs`)).word).toBe('x')
  await refused(lee.ask('GET', `${reads.href}/download_info`), 403, 5001)
  await refused(lee.ask('PATCH', `${reads.href}/metadata`, { a: 'b' }), 403, 5001)
  await refused(lee.ask('PUT', `${reads.href}/tags`, ['x']), 403, 5001)
  await refused(lee.ask('POST', '/files', { name: 'f', type: 'folder', parent: project.root_folder }), 403, 5001)
  await refused(lee.ask('POST', '/upload/multipart', { project: project.id, name: 'u', size: 1 }), 403, 8001)
  await refused(lee.ask('POST', `/apps/${project.id}/mine/raw`, GREET), 403, 6001)
  await refused(lee.ask('POST', '/tasks', { project: project.id, app, inputs: {}, name: 'x' }), 403, 7001)
  await refused(lee.ask('POST', `${draft.href}/actions/run`), 403, 7001)
  await refused(lee.ask('POST', `${draft.href}/actions/clone`), 403, 7001)
  await refused(lee.ask('PATCH', project.href, { name: 'Mine' }), 403, 3001)
  await refused(lee.ask('DELETE', project.href), 403, 3001)
  await refused(lee.ask('POST', members, { username: name }), 403, 3001)

  await grant({ copy: true })
  const { url } = await lee.get(`${reads.href}/download_info`)
  expect((await expected(call(url), 200)).bytes.toString()).toBe('bytes')
  await grant({ write: true })
  expect(await lee.patch(`${reads.href}/metadata`, { a: 'b' })).toEqual({ a: 'b' })
  await lee.upload(project.root_folder, 'mine.txt', 'mine')
  await grant({ execute: true })
  const rerun = await lee.post(`${draft.href}/actions/clone?action=run`)
  expect(rerun.created_by).toBe(name)
  expect((await lee.wait(rerun)).status).toBe('COMPLETED')
  await refused(lee.ask('PATCH', project.href, { name: 'Mine' }), 403, 3001)
})

test('what was an input stays one only as long as it may be read', async () => {
  await fresh({ execute: true })
  const own = await lee.post('/projects', { name: 'Own' })
  const reads = await kim.upload(project.root_folder, 'reads.txt', 'bytes')
  const tool = { ...GREET, inputs: { reads: { type: 'File', inputBinding: {} } } }
  const app = String((await lee.post(`/apps/${own.id}/file/raw`, tool))['sbg:id'])
  const task = await lee.post('/tasks', { name: 'x', project: own.id, app, inputs: { reads: file(reads) } })
  expect(task).toMatchObject({ status: 'DRAFT', errors: [{ input_id: 'reads' }] })
  await kim.delete(`${members}/${name}`)
  await refused(lee.ask('GET', reads.href), 404, 5002)
  await refused(lee.ask('GET', project.href), 404, 3002)
  expect((await lee.get(`/projects?name=Members`)).items.map(({ id }) => id)).not.toContain(project.id)
})
