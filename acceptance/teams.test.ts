import { afterAll, beforeAll, expect, test } from 'vitest'
import { expected } from './call.ts'
import { Client } from './client.ts'
import type { Json } from './exchange.ts'
import { refused } from './refused.ts'
import { type Server, serve } from './server.ts'

/** Organisations of users, their teams, and projects shared with them. */
let server: Server
let kim: Client
let lee: Client
let mia: Client

beforeAll(async () => {
  server = await serve()
  await server.command('division', 'add', 'lab', '--name', 'The lab')
  const join = async (name: string, role: string) => {
    const client = new Client(server, await server.addUser(name))
    await server.command('division', 'member', 'lab', name, '--role', role)
    return client
  }
  kim = await join('kim', 'admin')
  lee = await join('lee', 'member')
  mia = new Client(server, await server.addUser('mia'))
})
afterAll(() => server.close())

const names = ({ items }: Json) => items.map(({ username }) => username).sort()
const team = (name: string) => kim.post('/teams', { name, division: 'lab' })

test('divisions are those of the caller, with a slash at the end too', async () => {
  const list = await expected(lee.ask('GET', '/divisions/?limit=50&offset=0&fields=_all'), 200)
  expect(list.body.items).toEqual([{ href: `${server.url}/divisions/lab`, id: 'lab', name: 'The lab' }])
  expect(list.headers['x-total-matching-query']).toBe('1')
  expect(await lee.get('/divisions/lab')).toEqual(list.body.items[0])
  expect((await mia.get('/divisions')).items).toEqual([])
  await refused(mia.ask('GET', '/divisions/lab'), 404, 90003)
})

test('the users of a division are listed with their roles, by Python and R', async () => {
  const list = await expected(kim.ask('GET', '/users?division=lab&role=&limit=50&offset=0&fields=_all'), 200).catch(
    () => expected(kim.ask('GET', '/users?division=lab&limit=50&offset=0&fields=_all'), 200),
  )
  expect(names(list.body)).toEqual(['kim', 'lee'])
  for (const user of list.body.items) for (const value of Object.values(user)) expect(value).toBeTypeOf('string')
  expect(names(await kim.get('/users?division=lab&role=admin'))).toEqual(['kim'])
  expect(names(await kim.get('/users?division=lab&role=MEMBER'))).toEqual(['lee'])
  await refused(kim.ask('GET', '/users?role=member'), 400, 2105, /division/)
})

test('a team is made, renamed, filled, emptied and deleted', async () => {
  const made = await team('Wet')
  expect(made).toMatchObject({ name: 'Wet', href: `${server.url}/teams/${made.id}` })
  expect(await kim.patch(`/teams/${made.id}`, { name: 'Dry' })).toMatchObject({ id: made.id, name: 'Dry' })
  expect(await kim.get(made.href)).toMatchObject({ name: 'Dry' })
  const member = await kim.post(`/teams/${made.id}/members`, { id: 'lab/lee' })
  expect(member).toMatchObject({ username: expect.stringMatching(/^(lab\/)?lee$/), role: expect.any(String) })
  const list = await expected(kim.ask('GET', `/teams/${made.id}/members?limit=50&offset=0&fields=_all`), 200)
  expect(list.headers['x-total-matching-query']).toBe(String(list.body.items.length))
  expect(list.body.items.map(({ username }) => username)).toContain(member.username)
  await kim.delete(`/teams/${made.id}/members/lab%2Flee`)
  await kim.delete(made.href)
  await refused(kim.ask('GET', made.href), 404, 90003)
})

test('teams are those of the caller, and all of a division with _all=True', async () => {
  const own = await team('With Lee')
  const other = await team('Without Lee')
  await kim.post(`/teams/${own.id}/members`, { id: 'lee' })
  const ids = async (path: string) => (await lee.get(path)).items.map(({ id }) => id)
  expect(await ids('/teams?division=lab&_all=False&limit=50&offset=0&fields=_all')).toEqual([own.id])
  const all = await ids('/teams?division=lab&_all=True&limit=50&offset=0&fields=_all')
  expect(all).toEqual(expect.arrayContaining([own.id, other.id]))
  expect(await ids('/divisions/lab/teams')).toContain(own.id)
  await refused(lee.ask('GET', '/teams'), 400, 2105, /division/)
})

test('a project is shared with a team, and with a division, by their ids in the place of a username', async () => {
  const shared = await team('Shared')
  await kim.post(`/teams/${shared.id}/members`, { id: 'lab/lee' })
  const permissions = { write: true }
  for (const [type, id] of [
    ['TEAM', shared.id],
    ['DIVISION', 'lab'],
  ] as const) {
    const project = await kim.post('/projects', { name: `For a ${type}` })
    await refused(lee.ask('GET', project.href), 404, 3002)
    const member = await kim.post(`/projects/${project.id}/members`, { username: id, type, permissions })
    expect(member).toMatchObject({ id, type, permissions: { read: true, write: true, admin: false } })
    expect((await lee.get(project.href)).permissions).toMatchObject({ read: true, write: true, execute: false })
    await refused(mia.ask('GET', project.href), 404, 3002)
    await kim.delete(member.href)
    await refused(lee.ask('GET', project.href), 404, 3002)
  }
})

test('a user is disabled by an admin of their division alone', async () => {
  const noa = new Client(server, await server.addUser('noa'))
  await server.command('division', 'member', 'lab', 'noa')
  expect((await lee.ask('DELETE', '/users/noa')).status).toBeGreaterThanOrEqual(403)
  expect((await noa.get('/user')).username).toBe('noa')
  await kim.delete('/users/noa')
  await refused(noa.ask('GET', '/user'), 401, 90001)
  await refused(kim.ask('DELETE', '/users/nobody'), 404, 2002)
})
