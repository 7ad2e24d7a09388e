import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, type Api, type Client, startApi } from '../support/api.ts'
import { TOOL } from '../support/documents.ts'

let api: Api
let kim: Client
let lee: Client
/** kim's, and lee's own */
let source: string
let project: string
let app: string

beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim')
  lee = await api.user('lee')
  source = await kim.project('Source')
  app = await kim.app(source, 'wc', { ...TOOL, inputs: { threads: 'int?' } })
  project = await lee.project('Own')
  await kim.post(`/projects/${source}/members`, { username: 'lee', permissions: { read: true } })
})
afterAll(() => api.close())

const allow = (permissions: object) => kim.put(`/projects/${source}/members/lee/permissions`, permissions)
const READ = { read: true, copy: false, write: false, execute: false, admin: false }
const seen = ({ status, body }: Answer) => [status, body.code]

test("to run another project's app takes permission to copy it, whichever call says so", async () => {
  await allow({ ...READ, copy: true })
  const body = { project, app, name: 'task', inputs: {} }
  const task = await lee.post('/tasks', body)
  expect(task.status).toBe(201)
  const { id } = task.body
  const own = await lee.app(project, 'own', { ...TOOL, inputs: { threads: 'int?' } })
  const other = (await lee.post('/tasks', { ...body, app: own })).body.id

  await allow(READ)
  const refused = await Promise.all([
    lee.post('/tasks', body),
    lee.post('/tasks?action=run', body),
    lee.post('/tasks', { ...body, batch: true, batch_input: 'threads', batch_by: { type: 'ITEM' } }),
    lee.patch(`/tasks/${other}`, { app }),
    lee.patch(`/tasks/${id}`, { name: 'renamed' }),
    lee.patch(`/tasks/${id}/inputs`, { threads: 2 }),
    lee.post(`/tasks/${id}/actions/clone`),
    lee.post(`/tasks/${id}/actions/clone?action=run`),
    lee.post(`/tasks/${id}/actions/run`),
  ])
  expect(refused.map(seen)).toEqual(Array(9).fill([403, 6001]))
  expect(refused[0]!.body.message).toMatch(/^app: /)
  expect((await lee.get(`/tasks/${id}`)).body.status).toBe('DRAFT')

  await allow({ ...READ, copy: true })
  expect((await lee.post(`/tasks/${id}/actions/clone?action=run`)).status).toBe(201)
  expect((await lee.post(`/tasks/${id}/actions/run`)).status).toBe(200)
})

test('an app of the project itself needs permission to execute there, and no other', async () => {
  await allow({ ...READ, execute: true })
  expect((await lee.post('/tasks?action=run', { project: source, app, name: 'task', inputs: {} })).status).toBe(201)
  await allow(READ)
  expect(seen(await lee.post('/tasks', { project: source, app, name: 'task', inputs: {} }))).toEqual([403, 7001])
})

test('a public app is run by everybody', async () => {
  const open = await kim.project('Open')
  const tool = await kim.app(open, 'wc', { ...TOOL, inputs: {} })
  const body = { project, app: tool, name: 'task', inputs: {} }
  expect(seen(await lee.post('/tasks', body))).toEqual([404, 6002])
  await api.database.write(tx => tx.updateTable('projects').set({ public: 1 }).where('id', '=', open).execute())
  expect((await lee.post('/tasks?action=run', body)).status).toBe(201)
})
