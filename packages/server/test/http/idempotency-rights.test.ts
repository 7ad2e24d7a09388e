import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, startApi } from '../support/api.ts'
import { TOOL } from '../support/documents.ts'
import { file } from '../support/task-fixture.ts'

let api: Api
let kim: Client
let lee: Client
let count = 0

beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim', { admin: false })
  lee = await api.user('lee')
  await api.user('ann')
})
afterAll(() => api.close())

/** A project of kim's in which lee may do everything. */
async function shared() {
  const project = await kim.project(`Shared ${++count}`)
  const permissions = { read: true, copy: true, write: true, execute: true, admin: true }
  await kim.post(`/projects/${project}/members`, { username: 'lee', permissions })
  const app = await kim.app(project, 'wc', TOOL)
  const reads = await kim.upload({ project }, 'reads.txt', 'words')
  const task = (await kim.post('/tasks', { project, app, name: 'draft', inputs: { reads: file(reads) } })).body.id
  return { project, app, reads, task }
}

type Shared = Awaited<ReturnType<typeof shared>>

const CALLS: { [what: string]: (place: Shared) => { path: string; body?: unknown } } = {
  'a task': ({ project, app }) => ({ path: '/tasks', body: { project, app, name: 'mine' } }),
  'a task without its project': ({ project, app }) => ({
    path: '/tasks?fields=id',
    body: { project, app, name: 'mine' },
  }),
  'a clone': ({ task }) => ({ path: `/tasks/${task}/actions/clone?fields=name` }),
  'a run': ({ task }) => ({ path: `/tasks/${task}/actions/run` }),
  'a folder': ({ project }) => ({ path: '/files', body: { project, name: 'new', type: 'folder' } }),
  'a copy of a file': ({ project, reads }) => ({
    path: `/files/${reads}/actions/copy`,
    body: { project, name: 'copy' },
  }),
  'a copy of files': ({ project, reads }) => ({ path: '/action/files/copy', body: { project, file_ids: [reads] } }),
  'an upload': ({ project }) => ({ path: '/upload/multipart', body: { project, name: 'up', size: 3 } }),
  'an app': ({ project }) => ({ path: `/apps/${project}/new/raw`, body: TOOL }),
  'a copy of an app': ({ project, app }) => ({
    path: `/apps/${app.replace(/\/\d+$/, '')}/actions/copy`,
    body: { project, name: 'again' },
  }),
  'a member': ({ project }) => ({ path: `/projects/${project}/members`, body: { username: 'ann', permissions: {} } }),
  'files in bulk': ({ reads }) => ({
    path: '/bulk/files/edit',
    body: { items: [{ id: reads, metadata: { a: 'b' } }] },
  }),
  'files that are gone': ({ reads }) => ({ path: '/bulk/files/delete', body: { file_ids: [reads] } }),
  'a marker': ({ reads }) => ({
    path: '/genome/markers',
    body: { file: reads, name: 'm', chromosome: '1', position: { start: 1, end: 2 } },
  }),
}

test.for(Object.entries(CALLS))('a kept answer is shown as long as its caller may see %s', async ([what, call]) => {
  const place = await shared()
  const { path, body } = call(place)
  const post = () => lee.call(path, { method: 'POST', body, headers: { 'Idempotency-Key': what.replaceAll(' ', '-') } })
  const first = await post()
  const second = await post()
  expect([second.text, second.headers['idempotency-replayed']]).toEqual([first.text, 'true'])
  await kim.delete(`/projects/${place.project}/members/lee`)
  const after = await post()
  expect(after.status).toBe(404)
  expect(Object.keys(after.body).sort()).toEqual(['code', 'message', 'more_info', 'status'])
})

test('a kept answer of a project is shown as long as its caller may see the project', async () => {
  const post = () =>
    lee.call('/projects', { method: 'POST', body: { name: 'Lost' }, headers: { 'Idempotency-Key': 'lost' } })
  const first = await post()
  expect((await post()).text).toBe(first.text)
  await api.database.write(async tx => {
    await tx.deleteFrom('members').where('project', '=', first.body.id).execute()
    await tx.deleteFrom('grants').where('project', '=', first.body.id).execute()
  })
  expect((await post()).status).toBe(404)
})
