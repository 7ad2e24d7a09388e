import { afterAll, beforeAll, expect, test } from 'vitest'
import { expected } from './call.ts'
import { Client } from './client.ts'
import { GREET } from './documents.ts'
import type { Json } from './exchange.ts'
import { refused } from './refused.ts'
import { type Server, serve } from './server.ts'

/** Apps copied to other projects by each client's habit, brought up to date, and found by the old routes. */
let server: Server
let kim: Client
let owner: string
let source: Json
let target: Json

beforeAll(async () => {
  server = await serve()
  kim = new Client(server)
  owner = String((await kim.get('/user')).username)
  source = await kim.post('/projects', { name: 'Source' })
  target = await kim.post('/projects', { name: 'Target' })
})
afterAll(() => server.close())

let count = 0

/** An app of three revisions. */
async function fresh(): Promise<string> {
  const app = `${source.id}/app${++count}`
  for (const revision of [0, 1, 2]) await kim.post(`/apps/${app}/${revision}/raw`, { ...GREET, label: `v${revision}` })
  return app
}

async function copy(app: string, body: object): Promise<Json> {
  const { body: made } = await expected(kim.ask('POST', `/apps/${app}/actions/copy`, body), 200, 201)
  expect(made.id.split('/').slice(0, 2).join('/')).toBe(target.id)
  expect(made.id).toMatch(/\/\d+$/)
  expect(made.raw).toMatchObject({ 'sbg:latestRevision': expect.any(Number), class: 'CommandLineTool' })
  return made
}

test('Python copies with strategy clone and all revisions; R with a null for the name', async () => {
  const app = await fresh()
  const made = await copy(app, { project: target.id, strategy: 'clone' })
  expect(made).toMatchObject({ project: target.id, name: 'v2' })
  expect(made.raw['sbg:copyOf']).toMatch(new RegExp(`^${app}/\\d+$`))
  const named = await copy(app, { project: target.id, name: `other${count}`, strategy: 'clone' })
  expect(named.id).toContain(`${target.id}/other${count}/`)
  await refused(
    kim.ask('POST', `/apps/${app}/actions/copy`, { project: target.id, name: null, strategy: 'clone' }),
    409,
    6003,
  )
})

test('direct takes the revision of the path alone, from 0 on', async () => {
  const app = await fresh()
  for (const strategy of ['direct', 'transient']) {
    const made = await copy(`${app}/1`, { project: target.id, name: `${strategy}${count}`, strategy })
    expect(made).toMatchObject({ id: `${target.id}/${strategy}${count}/0`, revision: 0, raw: { label: 'v1' } })
    expect(made.raw['sbg:copyOf']).toBe(`${app}/1`)
  }
  const whole = await copy(`${app}/2`, { project: target.id, name: `whole${count}`, strategy: 'clone_direct' })
  expect(whole.raw.label).toBe('v2')
})

test('Java says no strategy, and reads the copy by its href', async () => {
  const app = await fresh()
  const made = await copy(`${app}/2`, { project: target.id, name: `java${count}` })
  expect(await kim.get(made.href)).toMatchObject({ id: made.id, revision: made.revision })
})

test('a copy runs, and gets what its source has got since by a sync with null or {}', async () => {
  const app = await fresh()
  const made = await copy(app, { project: target.id, name: `synced${count}`, strategy: 'direct' })
  await kim.post(`/apps/${app}/3/raw`, { ...GREET, label: 'v3' })
  const id = made.id.split('/').slice(0, 3).join('/')
  const synced = (await expected(kim.ask('POST', `/apps/${id}/actions/sync`, null), 200)).body
  expect(synced).toMatchObject({ id: `${id}/${Number(made.revision) + 1}`, raw: { label: 'v3' } })
  expect((await expected(kim.ask('POST', `/apps/${id}/actions/sync`, {}), 200)).body.id).toBe(synced.id)
  const body = { name: 'copy', project: target.id, app: synced.id, inputs: { word: 'x' } }
  expect((await kim.wait(await kim.post('/tasks?action=run', body))).status).toBe('COMPLETED')
  expect((await kim.ask('POST', `/apps/${app}/actions/sync`, null)).status).toBe(400)
})

test('what can not be copied is told', async () => {
  const app = await fresh()
  await refused(kim.ask('POST', `/apps/${app}/actions/copy`, { project: '' }), 400, 6009, /project/)
  await refused(kim.ask('POST', `/apps/${app}/actions/copy`, {}), 400, 6009, /project/)
  await refused(kim.ask('POST', `/apps/${source.id}/none/actions/copy`, { project: target.id }), 404, 6002)
  await refused(kim.ask('POST', `/apps/${app}/9/actions/copy`, { project: target.id }), 404, 6002)
  await refused(kim.ask('POST', `/apps/${app}/actions/copy`, { project: 'nobody/nothing' }), 404, 3002)
  const wrong = await kim.ask('POST', `/apps/${app}/actions/copy`, { project: target.id, strategy: 'guess' })
  expect([wrong.status, String(wrong.body.message)]).toEqual([400, expect.stringContaining('strategy')])
})

test('the old lists of apps, by owner and by project, tell ids', async () => {
  const app = await fresh()
  for (const path of [`/apps/${owner}`, `/apps/${source.id}`]) {
    const list = await expected(kim.ask('GET', `${path}?limit=100&offset=0&fields=id,name`), 200)
    expect(list.headers['x-total-matching-query']).toMatch(/^\d+$/)
    expect(list.body.items.map(({ id }) => id.split('/').slice(0, 3).join('/'))).toContain(app)
  }
})
