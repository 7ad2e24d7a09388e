import { afterAll, beforeAll, expect, test } from 'vitest'
import { expected } from './call.ts'
import { Client } from './client.ts'
import { COUNT, GREET } from './documents.ts'
import type { Json } from './exchange.ts'
import { refused } from './refused.ts'
import { type Server, serve } from './server.ts'

/** Apps: what a document becomes when it is stored, its revisions, and how apps are found. */
let server: Server
let kim: Client
let owner: string
let project: Json
let app: string

beforeAll(async () => {
  server = await serve()
  kim = new Client(server)
  owner = String((await kim.get('/user')).username)
  project = await kim.post('/projects', { name: 'Apps' })
  app = `${project.id}/greet`
  await kim.post(`/apps/${app}/raw`, { ...GREET, label: 'Say a word', 'sbg:toolkit': 'Coreutils' })
  await kim.post(`/apps/${app}/1/raw`, { ...GREET, label: 'Say it', 'sbg:revisionNotes': 'shorter' })
  await kim.post(`/apps/${project.id}/count/0/raw`, COUNT)
})
afterAll(() => server.close())

const ids = async (path: string) => (await kim.get(path)).items.map(({ id }) => id).sort()

test('a stored document tells who made it, when, and all its revisions', async () => {
  const raw = await kim.get(`/apps/${app}/raw/`)
  expect(raw).toMatchObject({
    ...GREET,
    label: 'Say it',
    'sbg:id': `${app}/1`,
    'sbg:revision': 1,
    'sbg:latestRevision': 1,
    'sbg:revisionNotes': 'shorter',
    'sbg:createdBy': owner,
    'sbg:modifiedBy': owner,
    'sbg:createdOn': expect.any(Number),
    'sbg:project': project.id,
    'sbg:projectName': expect.any(String),
    'sbg:contributors': [owner],
    'sbg:validationErrors': [],
    'sbg:appVersion': ['v1.2'],
    'sbg:content_hash': expect.stringMatching(/^a[0-9a-f]{64}$/),
  })
  expect(raw['sbg:revisionsInfo']).toMatchObject([
    { 'sbg:revision': 0, 'sbg:modifiedBy': owner },
    { 'sbg:revision': 1, 'sbg:revisionNotes': 'shorter' },
  ])
  const first = await kim.get(`/apps/${app}/0/raw?limit=50&offset=0&fields=_all`)
  expect(first).toMatchObject({ 'sbg:id': `${app}/0`, 'sbg:toolkit': 'Coreutils', 'sbg:latestRevision': 1 })
})

test('an app is shown with its revision, and without its document when asked so', async () => {
  const latest = await kim.get(`/apps/${app}`)
  expect(latest).toMatchObject({ id: `${app}/1`, href: `${server.url}/apps/${app}/1`, name: 'Say it', revision: 1 })
  expect(await kim.get(latest.href)).toEqual(latest)
  expect(await kim.get(`/apps/${app}?fields=!raw`)).not.toHaveProperty('raw')
  expect(await kim.get(`/apps/${app}/0?fields=id,raw.class`)).toMatchObject({
    id: `${app}/0`,
    raw: { class: 'CommandLineTool' },
  })
  await refused(kim.ask('GET', `/apps/${app}/7`), 404, 6002, /app|revision/)
})

test('what a downloaded document says of itself is no obstacle, and is told anew', async () => {
  const raw = await kim.get(`/apps/${app}/1/raw`)
  const next = await kim.post(`/apps/${app}/2/raw`, { ...raw, 'sbg:revisionNotes': 'as downloaded' })
  expect(next).toMatchObject({ 'sbg:id': `${app}/2`, 'sbg:revision': 2, 'sbg:revisionNotes': 'as downloaded' })
  expect(next['sbg:revisionsInfo']).toHaveLength(3)
})

test('the next revision is the next number: others are taken or leave a gap', async () => {
  const { revision } = await kim.get(`/apps/${app}`)
  await refused(kim.ask('POST', `/apps/${app}/raw`, GREET), 409, 6003)
  await refused(kim.ask('POST', `/apps/${app}/0/raw`, GREET), 409, 6003)
  await refused(kim.ask('POST', `/apps/${app}/${revision}/raw`, GREET), 409, 6003)
  expect((await kim.ask('POST', `/apps/${app}/${Number(revision) + 2}/raw`, GREET)).status).toBe(400)
  await refused(kim.ask('POST', `/apps/nobody/nothing/x/raw`, GREET), 404, 3002)
  await refused(kim.ask('POST', `/apps/${project.id}/with%20blank/raw`, GREET), 400, 6004)
})

test('apps are found by project, by owner, by words and by ids with and without a revision', async () => {
  const page = 'limit=50&offset=0&fields=!raw'
  const { revision } = await kim.get(`/apps/${app}`)
  const [one, two] = [`${project.id}/count/0`, `${app}/${revision}`]
  expect(await ids(`/apps?${page}&visibility=private&project=${project.id}`)).toEqual([one, two])
  expect(await ids(`/apps?${page}&project_owner=${owner}&project=${project.id}`)).toEqual([one, two])
  expect(await ids(`/apps?${page}&project_owner=nobody`)).toEqual([])
  expect(await ids(`/apps?project=${project.id}&q=${encodeURIComponent('bytes count')}`)).toEqual([one])
  expect(await ids(`/apps?project=${project.id}&q=SAY`)).toEqual([two])
  expect(await ids(`/apps?id=${app}`)).toEqual([two])
  expect(await ids(`/apps?id=${one}&id=${encodeURIComponent(app)}`)).toEqual([one, two])
  expect(await ids('/apps?visibility=PUBLIC')).toEqual([])
  await refused(kim.ask('GET', '/apps?visibility=secret'), 400, 6012, /visibility/)
  const short = (await kim.get(`/apps?project=${project.id}`)).items[0]!
  expect(Object.keys(short)).toEqual(expect.arrayContaining(['href', 'id', 'name', 'project']))
  expect(short).not.toHaveProperty('raw')
})

test.each([
  ['no object', '[]'],
  ['a number', '7'],
  ['nothing', ''],
])('%s is no document', async (_, body) => {
  const { status, body: error } = await kim.ask('POST', `/apps/${project.id}/none/raw`, body)
  expect([status, typeof error.code]).toEqual([400, 'number'])
  await refused(kim.ask('GET', `/apps/${project.id}/none`), 404, 6002)
})

test('an expression tool and a workflow with its steps inside are apps too', async () => {
  const expression = {
    cwlVersion: 'v1.2',
    class: 'ExpressionTool',
    requirements: { InlineJavascriptRequirement: {} },
    inputs: { n: 'int' },
    outputs: { m: 'int' },
    expression: '${ return {m: inputs.n + 1}; }',
  }
  const workflow = {
    cwlVersion: 'v1.2',
    class: 'Workflow',
    inputs: { n: 'int' },
    outputs: { m: { type: 'int', outputSource: 'add/m' } },
    steps: { add: { run: expression, in: { n: 'n' }, out: ['m'] } },
  }
  for (const [name, document] of Object.entries({ expression, workflow })) {
    const raw = (await expected(kim.ask('POST', `/apps/${project.id}/${name}/raw`, document), 201)).body
    expect(raw).toMatchObject({ class: document.class, 'sbg:validationErrors': [] })
    const body = { name, project: project.id, app: raw['sbg:id'], inputs: { n: 1 } }
    const done = await kim.wait(await kim.post('/tasks?action=run', body))
    expect(done).toMatchObject({ status: 'COMPLETED', outputs: { m: 2 } })
  }
})
