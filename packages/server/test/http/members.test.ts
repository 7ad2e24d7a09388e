import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDivision, setDivisionRole } from '../../src/users/accounts.ts'
import { type Api, type Client, codes, startApi } from '../support/api.ts'

let api: Api
let owner: Client
let other: Client
let third: Client

beforeAll(async () => {
  api = await startApi()
  owner = await api.user('ana')
  other = await api.user('ben')
  third = await api.user('cy')
})
afterAll(() => api.close())

const ALL = { write: true, read: true, copy: true, execute: true, admin: true }
const READ = { write: false, read: true, copy: false, execute: false, admin: false }

test('a member has what was granted, sees themselves, and is gone when removed', async () => {
  const project = await owner.project('Members')
  expect(await codes(other.get(`/projects/${project}`))).toEqual([[404, 3002]])
  const added = await owner.post(`/projects/${project}/members`, {
    username: 'ben',
    email: null,
    permissions: { write: 'TRUE', copy: false },
  })
  expect([added.status, added.body]).toEqual([
    201,
    {
      href: `${api.base}/projects/${project}/members/ben`,
      id: 'ben',
      username: 'ben',
      email: 'ben@localhost',
      type: 'USER',
      permissions: { ...READ, write: true },
    },
  ])
  expect((await other.get(`/projects/${project}`)).body.permissions).toEqual({ ...READ, write: true })
  expect((await other.get('/projects')).body.items.map(item => item.id)).toEqual([project])
  const list = await other.get(`/projects/${project}/members`)
  expect(list.headers['x-total-matching-query']).toBe('2')
  expect(list.body.items.map(item => item.username)).toEqual(['ana', 'ben'])
  expect((await other.get(`/projects/${project}/members/ana/permissions`)).body).toEqual(ALL)
  expect(await codes(other.post(`/projects/${project}/members`, { username: 'cy' }))).toEqual([[403, 3001]])
  expect((await owner.delete(`/projects/${project}/members/ben`)).status).toBe(204)
  expect(await codes(other.get(`/projects/${project}`), owner.get(`/projects/${project}/members/ben`))).toEqual([
    [404, 3002],
    [404, 3002],
  ])
})

test('PATCH changes the keys that are given, PUT wants all, read stays, admin means everything', async () => {
  const project = await owner.project('Permissions')
  await owner.post(`/projects/${project}/members/`, { email: 'BEN@localhost' })
  const path = `/projects/${project}/members/ben/permissions`
  expect((await owner.get(path)).body).toEqual(READ)
  expect((await owner.patch(path, { execute: true, read: false })).body).toEqual({ ...READ, execute: true })
  expect((await owner.patch(path, { copy: true })).body).toEqual({ ...READ, execute: true, copy: true })
  expect((await owner.put(path, { ...READ, write: true })).body).toEqual({ ...READ, write: true })
  expect((await owner.patch(path, { admin: true })).body).toEqual(ALL)
  expect(
    await codes(owner.put(path, { write: true }), owner.patch(path, {}), owner.patch(path, { write: 'perhaps' })),
  ).toEqual([
    [400, 3013],
    [400, 3011],
    [400, 90000],
  ])
  expect((await other.patch(`/projects/${project}/members/ana/permissions`, { write: false })).body).toEqual(ALL)
})

test('what can not be granted says so', async () => {
  const project = await owner.project('Refused')
  const members = `/projects/${project}/members`
  await owner.post(members, { username: 'ben', permissions: { admin: true } })
  expect(
    await codes(
      owner.post(members, {}),
      owner.post(members, { username: 'nobody' }),
      owner.post(members, { username: 'ben' }),
      owner.post(members, { username: 'cy', type: 'ROBOT' }),
      owner.post(members, { username: 'x', type: 'TEAM' }),
      owner.post(members, { username: 'x', type: 'DIVISION' }),
      other.delete(`${members}/ana`),
      other.patch(`${members}/ana/permissions`, { admin: false }),
      owner.get(`${members}/cy`),
    ),
  ).toEqual([
    [400, 3005],
    [404, 2002],
    [409, 3003],
    [400, 90000],
    [404, 2002],
    [404, 2002],
    [403, 3001],
    [403, 3001],
    [404, 3002],
  ])
})

test('a team of a division is a member: its users come and go', async () => {
  await createDivision(api.database, { id: 'lab', name: 'The lab' })
  for (const [username, role] of [
    ['ana', 'member'],
    ['ben', 'member'],
    ['cy', 'admin'],
  ] as const) {
    await setDivisionRole(api.database, { division: 'lab', username, role })
  }
  expect((await owner.get('/divisions/')).body.items).toEqual([
    { href: `${api.base}/divisions/lab`, id: 'lab', name: 'The lab' },
  ])
  const users = await third.get('/users?division=lab&role=ADMIN')
  expect(users.body.items.map(({ username, role }) => [username, role])).toEqual([['cy', 'ADMIN']])
  const team = await owner.post('/teams', { name: 'Readers', division: 'lab' })
  expect(team.status).toBe(201)
  const project = await owner.project('Of a team')
  const grant = await owner.post(`/projects/${project}/members`, {
    username: team.body.id,
    type: 'TEAM',
    permissions: { copy: true },
  })
  expect(grant.body).toMatchObject({ id: team.body.id, type: 'TEAM', permissions: { ...READ, copy: true } })
  expect((await other.get(`/projects/${project}`)).status).toBe(404)
  const added = await owner.post(`/teams/${team.body.id}/members`, { id: 'lab/ben' })
  expect(added.body).toMatchObject({ id: 'ben', username: 'ben', role: 'MEMBER' })
  expect((await other.get(`/projects/${project}`)).body.permissions).toEqual({ ...READ, copy: true })
  expect((await other.get('/teams?division=lab')).body.items.map(item => item.name)).toEqual(['Readers'])
  expect((await third.get('/teams?division=lab')).body.items).toEqual([])
  expect((await third.get('/teams?division=lab&_all=True')).body.items).toHaveLength(1)
  expect((await third.patch(`/teams/${team.body.id}`, { name: 'Lookers' })).body.name).toBe('Lookers')
  expect(
    await codes(
      other.patch(`/teams/${team.body.id}`, { name: 'Mine' }),
      owner.post('/teams', { name: 'Lookers', division: 'lab' }),
      owner.post('/teams', { name: 'Nowhere' }),
      owner.post(`/teams/${team.body.id}/members`, { id: 'ben' }),
      owner.post(`/teams/${team.body.id}/members`, { id: 'nobody' }),
      owner.get('/teams/none'),
      owner.get('/divisions/none'),
      owner.get('/users'),
    ),
  ).toEqual([
    [403, 90002],
    [409, 90007],
    [400, 2105],
    [409, 2003],
    [404, 2002],
    [404, 90003],
    [404, 90003],
    [400, 2105],
  ])
  expect((await owner.delete(`/teams/${team.body.id}/members/lab%2Fben`)).status).toBe(204)
  expect((await other.get(`/projects/${project}`)).status).toBe(404)
  await owner.post(`/projects/${project}/members`, { username: 'lab', type: 'DIVISION' })
  expect((await third.get(`/projects/${project}`)).body.permissions).toEqual(READ)
  expect((await third.delete(`/teams/${team.body.id}`)).status).toBe(204)
  expect((await owner.get(`/projects/${project}/members`)).body.items.map(item => item.type)).toEqual([
    'USER',
    'DIVISION',
  ])
})

test('an admin of a division disables its users; nobody else does', async () => {
  await createDivision(api.database, { id: 'old', name: 'old' })
  const leaver = await api.user('leaver')
  const boss = await api.user('boss')
  await setDivisionRole(api.database, { division: 'old', username: 'leaver', role: 'member' })
  await setDivisionRole(api.database, { division: 'old', username: 'boss', role: 'admin' })
  expect(
    await codes(owner.delete('/users/leaver'), leaver.delete('/users/leaver'), boss.delete('/users/none')),
  ).toEqual([
    [404, 2002],
    [403, 2001],
    [404, 2002],
  ])
  expect((await boss.delete('/users/leaver')).status).toBe(204)
  expect((await leaver.get('/user')).status).toBe(401)
})

test('everybody reads and copies what is public; only an administrator decides that', async () => {
  const administrator = await api.user('root', { admin: true })
  const project = await administrator.project('Reference data')
  const file = await administrator.upload({ project }, 'genome.fa', 'ACGT')
  expect(await codes(owner.get(`/files/${file}`))).toEqual([[404, 5002]])
  const own = await owner.project('Own')
  expect(await codes(owner.patch(`/projects/${own}`, { category: 'PUBLIC' }))).toEqual([[403, 3001]])
  expect((await administrator.patch(`/projects/${project}`, { category: 'public' })).body.category).toBe('PUBLIC')
  expect((await owner.get('/projects?category=PUBLIC')).body.items.map(item => item.id)).toEqual([project])
  expect((await owner.get('/projects?limit=100')).body.items.map(item => item.id)).not.toContain(project)
  expect((await owner.get(`/files?project=${project}`)).body.items.map(item => item.id)).toEqual([file])
  expect((await owner.get(`/files/${file}/download_info`)).status).toBe(200)
  expect(
    await codes(
      owner.patch(`/files/${file}`, { name: 'mine' }),
      owner.delete(`/files/${file}`),
      owner.post('/tasks', { project, app: 'x/y/z' }),
      owner.patch(`/projects/${project}`, { name: 'mine' }),
    ),
  ).toEqual([
    [403, 5001],
    [403, 5001],
    [403, 7001],
    [403, 3001],
  ])
  expect((await administrator.get(`/projects/${own}`)).body.permissions).toEqual(ALL)
})
