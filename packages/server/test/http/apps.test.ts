import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, codes, startApi } from '../support/api.ts'
import { TOOL } from '../support/documents.ts'

let api: Api
let kim: Client
let lee: Client
let project: string

beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim')
  lee = await api.user('lee')
  project = await kim.project('Apps')
})
afterAll(() => api.close())

const post = (name: string, document: unknown, revision = '') =>
  kim.post(`/apps/${project}/${name}${revision}/raw`, document)

test('a posted document becomes revision 0, with what the platform adds', async () => {
  const answer = await post('wc', { ...TOOL, 'sbg:revisionNotes': 'first', 'sbg:toolAuthor': 'me', 'sbg:id': 'old' })
  expect(answer.status).toBe(201)
  const id = `${project}/wc/0`
  expect(answer.body).toMatchObject({
    class: 'CommandLineTool',
    baseCommand: ['wc'],
    id,
    'sbg:id': id,
    'sbg:revision': 0,
    'sbg:latestRevision': 0,
    'sbg:revisionNotes': 'first',
    'sbg:revisionsInfo': [{ 'sbg:revision': 0, 'sbg:modifiedBy': 'kim', 'sbg:revisionNotes': 'first' }],
    'sbg:createdBy': 'kim',
    'sbg:modifiedBy': 'kim',
    'sbg:project': project,
    'sbg:contributors': ['kim'],
    'sbg:validationErrors': [],
    'sbg:workflowLanguage': 'CWL',
    'sbg:appVersion': ['v1.2'],
    'sbg:toolAuthor': 'me',
  })
  expect(answer.body['sbg:content_hash']).toMatch(/^a[0-9a-f]{64}$/)
  expect(answer.body['sbg:createdOn']).toBeTypeOf('number')
  expect((await kim.get(`/apps/${project}/wc/raw?limit=50&fields=_all`)).body).toEqual(answer.body)
  expect((await kim.get(`/apps/${project}/wc/0/raw/`)).body).toEqual(answer.body)
})

test('an app shows its revision in its id, in details and in lists', async () => {
  await post('shown', { ...TOOL, label: 'A label' })
  await post('shown', { ...TOOL, label: 'A newer label' }, '/1')
  const latest = (await kim.get(`/apps/${project}/shown`)).body
  expect(latest).toMatchObject({
    href: `${api.base}/apps/${project}/shown/1`,
    id: `${project}/shown/1`,
    project,
    name: 'A newer label',
    revision: 1,
    raw: { 'sbg:latestRevision': 1 },
  })
  const first = (await kim.get(`/apps/${project}/shown/0`)).body
  expect(first).toMatchObject({ name: 'A label', raw: { 'sbg:latestRevision': 1, 'sbg:revision': 0 } })
  expect(first.raw['sbg:revisionsInfo']).toHaveLength(1)
  expect((await kim.get(`/apps/${project}/shown?fields=!raw`)).body.raw).toBeUndefined()
})

test('revisions are posted one after the other', async () => {
  expect(await codes(post('row', TOOL, '/1'))).toEqual([[404, 6002]])
  expect((await post('row', TOOL, '/0')).body['sbg:revision']).toBe(0)
  expect(await codes(post('row', TOOL), post('row', TOOL, '/0'))).toEqual([
    [409, 6003],
    [409, 6003],
  ])
  expect(await codes(post('row', TOOL, '/2'))).toEqual([[400, 90000]])
  expect((await post('row', TOOL, '/1')).body['sbg:revision']).toBe(1)
  expect(await codes(post('row', TOOL, '/x'))).toEqual([[400, 6011]])
  expect(await codes(post('a name', TOOL), post('ä', TOOL))).toEqual([
    [400, 6004],
    [400, 6004],
  ])
})

test('of two that post the same revision at once one wins', async () => {
  const answers = await Promise.all([post('race', TOOL), post('race', TOOL), post('race', TOOL)])
  expect(answers.map(answer => answer.status).sort()).toEqual([201, 409, 409])
})

const YAML = `
cwlVersion: v1.2   # a comment
class: CommandLineTool
baseCommand: echo
inputs: {text: string}
outputs: []
`

test.each([
  ['YAML', YAML, 'application/yaml'],
  ['YAML labelled as JSON', YAML, 'application/json'],
  ['YAML in a JSON string', JSON.stringify(YAML), 'application/json'],
  ['JSON in a JSON string', JSON.stringify(JSON.stringify(TOOL)), 'text/plain'],
  ['JSON labelled as YAML', JSON.stringify(TOOL), 'application/yaml'],
])('a document is taken as %s', async (how, raw, type) => {
  const name = how.replaceAll(' ', '-')
  const sent = { method: 'POST', raw, headers: { 'Content-Type': type } }
  const answer = await kim.call(`/apps/${project}/${name}/raw`, sent)
  expect([answer.status, answer.body['sbg:validationErrors']]).toEqual([201, []])
})

test.each([
  ['broken JSON', '{"class": '],
  ['broken YAML', 'a: [1,\nb: }'],
  ['nothing', ''],
  ['a number', '7'],
  ['a list', '[]'],
  ['brackets without end', '['.repeat(200_000)],
])('%s is no document: 400 with code 90009', async (_, raw) => {
  const answer = await kim.call(`/apps/${project}/unreadable/raw`, { method: 'POST', raw })
  expect([answer.status, answer.body.code]).toEqual([400, 90009])
  expect((await kim.get(`/apps/${project}/unreadable`)).body.code).toBe(6002)
})

test('aliases that grow without end are refused, and the API goes on meanwhile', async () => {
  const levels = Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`).join(',')}]`)
  const raw = ['cwlVersion: v1.2', 'class: CommandLineTool', 'a0: &a0 lol', ...levels].join('\n')
  const bomb = kim.call(`/apps/${project}/bomb/raw`, { method: 'POST', raw })
  const began = performance.now()
  expect((await kim.get('/user')).status).toBe(200)
  expect(performance.now() - began).toBeLessThan(1000)
  const answer = await bomb
  expect([answer.status, answer.body.code]).toEqual([400, 90009])
})

test('everything wrong with a document is told at once, each with its place; a warning is no error', async () => {
  const raw = `cwlVersion: v1.2
class: CommandLineTool
baseComand: echo
inputs:
  x: strin
  y: { type: File, loadContents: sure }
arguments: [$(inputs.z)]
outputs:
  out: { type: File, outputBinding: { glob: "$(inputs.x" } }
`
  const answer = await kim.call(`/apps/${project}/many-mistakes/raw`, { method: 'POST', raw })
  expect(answer.body['sbg:validationErrors']).toEqual([
    '5:3: there is no type strin; is string meant?',
    '6:20: loadContents must be true or false, not "sure"',
    '7:13: arguments: $(inputs.z) names inputs.z, which does not exist; is inputs.x meant?',
    '9:39: glob: no ) closes the expression $(inputs.x',
  ])
})

test('a document that is not valid CWL is stored with what is wrong, and where', async () => {
  const raw = 'cwlVersion: v1.2\nclass: CommandLineTool\ninputs:\n  x: strin\noutputs: []\nbaseCommand: 7\n'
  const answer = await kim.call(`/apps/${project}/invalid/raw`, { method: 'POST', raw })
  expect(answer.status).toBe(201)
  const errors = answer.body['sbg:validationErrors'] as string[]
  expect(errors.length).toBeGreaterThan(0)
  expect(errors[0]).toMatch(/^\d+:\d+: /)
  const task = await kim.post('/tasks', { project, app: `${project}/invalid` })
  expect([task.status, task.body.code]).toEqual([400, 7017])
})

test('a document reaches nothing outside of itself', async () => {
  for (const [n, run] of [
    'file:///etc/passwd',
    'http://127.0.0.1:1/tool.cwl',
    '../other.cwl',
    '/etc/passwd',
  ].entries()) {
    const document = {
      cwlVersion: 'v1.2',
      class: 'Workflow',
      inputs: {},
      outputs: {},
      steps: { a: { run, in: {}, out: [] } },
    }
    const { body } = await post(`reach-${n}`, document)
    expect(body['sbg:validationErrors']).not.toEqual([])
    expect(JSON.stringify(body)).not.toContain('root:')
  }
  const imports = await post('reach-import', { ...TOOL, requirements: [{ $import: 'file:///etc/passwd' }] })
  expect(JSON.stringify(imports.body)).not.toContain('root:')
  expect(imports.body['sbg:validationErrors']).not.toEqual([])
})

test('apps are listed by project, owner, id and words', async () => {
  const other = await kim.project('List')
  await kim.app(other, 'star', { ...TOOL, label: 'STAR align' })
  await kim.post(`/apps/${other}/star/1/raw`, { ...TOOL, label: 'STAR align' })
  await kim.app(other, 'sort', { ...TOOL, label: 'Samtools sort' })
  const ids = async (query: string) => {
    const answer = await kim.get(`/apps?${query}`)
    expect(answer.headers['x-total-matching-query']).toBe(String(answer.body.items.length))
    return answer.body.items.map(item => item.id.replace(`${other}/`, ''))
  }
  expect(await ids(`project=${other}`)).toEqual(['star/1', 'sort/0'])
  expect(await ids(`project=${encodeURIComponent(other)}&visibility=PRIVATE`)).toEqual(['star/1', 'sort/0'])
  expect(await ids(`project=${other}&q=star ALIGN`.replace(' ', '%20'))).toEqual(['star/1'])
  expect(await ids(`project=${other}&q=sam&q=star`)).toEqual(['star/1', 'sort/0'])
  expect(await ids(`id=${other}/star&id=${other}/sort/0`)).toEqual(['star/1', 'sort/0'])
  expect(await ids(`id=${other}/star/0`)).toEqual(['star/0'])
  expect(await ids('project_owner=lee')).toEqual([])
  expect(await ids('visibility=public')).toEqual([])
  expect((await kim.get('/apps?visibility=all')).body.code).toBe(6012)
  expect((await kim.get('/apps?id=star')).body.code).toBe(6011)
  const item = (await kim.get(`/apps?project=${other}`)).body.items[0]!
  expect(Object.keys(item).sort()).toEqual(['href', 'id', 'name', 'project', 'revision'])
  const [full] = (await kim.get(`/projects/${other}/apps?fields=_all`)).body.items!
  expect(full!.raw).toMatchObject({ class: 'CommandLineTool', 'sbg:latestRevision': 1 })
  expect((await kim.get(`/apps?project=${other}&fields=!raw`)).body.items[0]!.raw).toBeUndefined()
})

test("another user's app is 404 for every call", async () => {
  await post('hidden', TOOL)
  for (const path of ['', '/0', '/raw', '/0/raw']) {
    const answer = await lee.get(`/apps/${project}/hidden${path}`)
    expect([answer.status, answer.body.status, answer.body.code]).toEqual([404, 404, 6002])
  }
  const own = await lee.project('Own')
  const task = await lee.post('/tasks', { project: own, app: `${project}/hidden/0` })
  expect([task.status, task.body.code]).toEqual([404, 6002])
})

test('an app or revision that there is not is 404', async () => {
  await post('lone', TOOL)
  expect((await kim.get(`/apps/${project}/nothing`)).body.code).toBe(6002)
  expect((await kim.get(`/apps/${project}/lone/7`)).body.code).toBe(6002)
  expect((await kim.get(`/apps/${project}/lone/x`)).body.code).toBe(6011)
})
