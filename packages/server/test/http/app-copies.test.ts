import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, type Client, codes, type Json, startApi } from '../support/api.ts'

let api: Api
let kim: Client
let lee: Client
let count = 0
let source: string

const tool = (fields: object = {}) => ({
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  baseCommand: 'true',
  inputs: [],
  outputs: [],
  ...fields,
})

beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim')
  lee = await api.user('lee')
  source = await kim.project('Source')
})
afterAll(() => api.close())

const fresh = (who = kim) => who.project(`Target ${++count}`)

/** An app of three revisions, by kim; gives its id without revision. */
async function appOfThree(): Promise<string> {
  const name = `app-${++count}`
  await kim.app(source, name, tool({ label: 'First', 'sbg:revisionNotes': 'one' }))
  for (const [revision, notes] of [
    [1, 'two'],
    [2, 'three'],
  ]) {
    await kim.post(`/apps/${source}/${name}/${revision}/raw`, tool({ label: 'Label', 'sbg:revisionNotes': notes }))
  }
  return `${source}/${name}`
}

const copy = (id: string, body: object, who = kim) => who.post(`/apps/${id}/actions/copy`, body)
const notesOf = (app: Json) => (app.raw['sbg:revisionsInfo'] as Json[]).map(each => each['sbg:revisionNotes'])

describe('the strategies of a copy', () => {
  test.each(['clone', 'clone_direct', 'direct', 'transient', undefined])('%s', async strategy => {
    const id = await appOfThree()
    const project = await fresh()
    const { status, body } = await copy(id, { project, name: null, strategy })
    expect(status).toBe(201)
    const name = id.split('/')[2]
    const all = strategy !== 'direct' && strategy !== 'transient'
    const revision = all ? 2 : 0
    expect(body).toMatchObject({
      href: `${api.base}/apps/${project}/${name}/${revision}`,
      id: `${project}/${name}/${revision}`,
      project,
      name: 'Label',
      revision,
      raw: {
        'sbg:latestRevision': revision,
        'sbg:copyOf': `${id}/2`,
        'sbg:project': project,
        class: 'CommandLineTool',
      },
    })
    expect(notesOf(body)).toEqual(all ? ['one', 'two', 'three'] : [`Copy of ${id}/2`])
    const next = await kim.post(`/apps/${project}/${name}/${revision + 1}/raw`, tool())
    expect(next.body['sbg:id']).toBe(`${project}/${name}/${revision + 1}`)
  })

  test('later revisions come from the source or from the original of all copies', async () => {
    const original = await appOfThree()
    const source = (await copy(original, { project: await fresh(), strategy: 'clone' })).body.id
    const first = source.replace(/\/\d+$/, '')
    const copies: { [strategy: string]: string } = {}
    for (const strategy of ['clone', 'transient', 'direct', 'clone_direct']) {
      copies[strategy] = (await copy(first, { project: await fresh(), strategy })).body.id.replace(/\/\d+$/, '')
    }
    await kim.post(`/apps/${original}/3/raw`, tool({ label: 'From the original' }))
    await kim.post(`/apps/${first}/3/raw`, tool({ label: 'From the source' }))
    const names: { [strategy: string]: string } = {}
    for (const [strategy, app] of Object.entries(copies)) {
      const { status, body } = await kim.post(`/apps/${app}/actions/sync`, strategy === 'clone' ? null : {})
      expect([status, body.raw['sbg:latestRevision']]).toEqual([200, strategy.startsWith('clone') ? 3 : 1])
      names[strategy] = body.name
    }
    expect(names).toEqual({
      clone: 'From the original',
      transient: 'From the original',
      direct: 'From the source',
      clone_direct: 'From the source',
    })
  })

  test('a revision may be named, and another name given', async () => {
    const id = await appOfThree()
    const project = await fresh()
    const { body } = await copy(`${id}/1`, { project, name: 'My own copy!' })
    expect(body).toMatchObject({
      id: `${project}/My-own-copy/1`,
      name: 'My own copy!',
      raw: { 'sbg:copyOf': `${id}/1` },
    })
    expect(notesOf(body)).toEqual(['one', 'two'])
    expect((await kim.get(`/apps?project=${project}&q=own`)).body.items.map(app => app.id)).toEqual([body.id])
  })
})

test('what is wrong with a copy', async () => {
  const id = await appOfThree()
  const project = await fresh()
  await copy(id, { project })
  const mine = await fresh(lee)
  const readable = await fresh()
  const permissions = { read: true, copy: false, write: false, execute: false, admin: false }
  await kim.post(`/projects/${readable}/members`, { username: 'lee', permissions })
  const kept = `${readable}/kept`
  await kim.app(readable, 'kept', tool())
  const own = (await lee.app(mine, 'own', tool())).replace(/\/\d+$/, '')
  expect(
    await codes(
      copy(id, {}),
      copy(id, { project: '' }),
      copy(id, { project: 'nope' }),
      copy(id, { project: 'kim/nope' }),
      copy(id, { project }),
      copy(id, { project, name: '' }),
      copy(id, { project, name: '***' }),
      copy(id, { project, name: 'x', strategy: 'none' }),
      copy(`${source}/nope`, { project }),
      copy(`${id}/9`, { project, name: 'x' }),
      copy(`${id}/x`, { project, name: 'x' }),
      copy(id, { project: mine }, lee),
      copy(kept, { project: mine }, lee),
      copy(own, { project: readable }, lee),
    ),
  ).toEqual([
    [400, 6009],
    [400, 6009],
    [400, 3012],
    [404, 3002],
    [409, 6003],
    [400, 6004],
    [400, 6004],
    [400, 90000],
    [404, 6002],
    [404, 6002],
    [400, 6011],
    [404, 6002],
    [403, 6001],
    [403, 6001],
  ])
})

test('sync: nothing new changes nothing; no copy, no source, no right', async () => {
  const id = await appOfThree()
  const permissions = { read: true, copy: true, write: false, execute: false, admin: false }
  const origin = await fresh()
  const app = (await copy(id, { project: origin, name: 'origin' })).body.id.replace(/\/\d+$/, '')
  const before = (await kim.get(`/apps/${app}`)).body
  expect((await kim.post(`/apps/${app}/actions/sync`)).body).toEqual(before)
  await kim.post(`/projects/${origin}/members`, { username: 'lee', permissions })
  const mine = (await copy(app, { project: await fresh(lee), strategy: 'direct' }, lee)).body.id.replace(/\/\d+$/, '')
  const sync = (app: string, who = kim) => who.post(`/apps/${app}/actions/sync`)
  expect(await codes(sync(id), sync(`${source}/nope`), sync(app, lee))).toEqual([
    [400, 90000],
    [404, 6002],
    [403, 6001],
  ])
  await kim.delete(`/projects/${origin}/members/lee`)
  expect(await codes(sync(mine, lee))).toEqual([[404, 6002]])
})

describe('lists of apps', () => {
  let project: string

  beforeAll(async () => {
    project = await kim.project('Searched')
    const one = { 'sbg:toolkit': 'BWA', 'sbg:toolkitVersion': '0.7.17', label: 'Align' }
    await kim.app(
      project,
      'aligner',
      tool({ ...one, doc: 'Maps reads to a reference', 'sbg:categories': ['Alignment'] }),
    )
    await kim.app(project, 'caller', tool({ 'sbg:tagline': 'Finds variants', label: 'Ünïcode Label' }))
    await kim.post(`/apps/${project}/caller/1/raw`, tool({ label: 'ÜNÏCODE label', description: 'reads a file' }))
  })

  test.each([
    ['q=bwa', ['aligner']],
    ['q=0.7.17', ['aligner']],
    ['q=ALIGNMENT', ['aligner']],
    ['q=reads', ['aligner', 'caller']],
    ['q=reads%20reference', ['aligner']],
    ['q=%22reads%20a%20file%22', ['caller']],
    ['q=variants', []],
    ['q=%C3%BCn%C3%AFcode', ['caller']],
    ['q=bwa&q=file', ['aligner', 'caller']],
    ['q=', ['aligner', 'caller']],
  ])('%s', async (query, expected) => {
    const { body, headers } = await kim.get(`/apps?project=${project}&${query}`)
    expect(body.items.map(app => app.id.split('/')[2])).toEqual(expected)
    expect(headers['x-total-matching-query']).toBe(String(expected.length))
  })

  test('ids with and without revision', async () => {
    const { body } = await kim.get(`/apps?id=${project}/caller/0&id=${project}/aligner&id=${project}/nope`)
    expect(body.items.map(app => app.id)).toEqual([`${project}/aligner/0`, `${project}/caller/0`])
  })

  test('public apps are those of public projects, and everybody may copy them', async () => {
    const shown = await kim.project('Gallery')
    await kim.app(shown, 'shown', tool({ label: 'Shown' }))
    await api.database.write(tx => tx.updateTable('projects').set({ public: 1 }).where('id', '=', shown).execute())
    const list = async (query: string) => (await lee.get(`/apps?${query}`)).body.items.map(app => app.id)
    expect(await list('visibility=PUBLIC')).toEqual([`${shown}/shown/0`])
    expect(await list(`visibility=public&project_owner=lee`)).toEqual([])
    expect(await list(`project=${shown}`)).toEqual([`${shown}/shown/0`])
    expect(await list(`visibility=private&project_owner=kim`)).not.toContain(`${shown}/shown/0`)
    expect((await copy(`${shown}/shown`, { project: await fresh(lee) }, lee)).status).toBe(201)
  })

  test('the older forms have ids without revision', async () => {
    const { body, headers } = await kim.get(`/apps/${project}`)
    const expected = ['aligner', 'caller'].map(name => ({
      href: `${api.base}/apps/${project}/${name}`,
      id: `${project}/${name}`,
      name: name === 'aligner' ? 'Align' : 'ÜNÏCODE label',
    }))
    expect([body.items, headers['x-total-matching-query']]).toEqual([expected, '2'])
    const all = (await kim.get('/apps/kim?limit=100')).body.items
    expect(all).toEqual(expect.arrayContaining(expected))
    expect((await kim.get('/apps/nobody')).body.items).toEqual([])
  })

  test('an editor asks for the apps of projects, and for the latest revisions of apps', async () => {
    const path = '/action/internal/app_containers?fields=id,name,project,class,revision,label'
    const { body, headers } = await kim.post(path, { projects: [project] })
    expect(headers['x-total-matching-query']).toBe('2')
    expect(body.items).toMatchObject([
      { id: `${project}/aligner/0`, class: 'CommandLineTool', label: 'Align' },
      { id: `${project}/caller/1`, class: 'CommandLineTool' },
    ])
    const some = await kim.post(path, { apps: [`${project}/caller/0`] })
    expect(some.body.items.map(app => app.revision)).toEqual([1])
    expect((await lee.post(path, { projects: [project] })).body.items).toEqual([])
  })

  test('what is wrong with a list', async () => {
    expect(
      await codes(
        kim.get('/apps?visibility=some'),
        kim.get('/apps?project_owner='),
        kim.get('/apps?project='),
        kim.get('/apps?project=nope'),
        kim.get('/apps?project=kim/nope'),
        kim.get('/apps?id=nope'),
        kim.get('/apps/kim/nope'),
        lee.get(`/apps/${project}`),
      ),
    ).toEqual([
      [400, 6012],
      [400, 6006],
      [400, 6007],
      [400, 3012],
      [404, 3002],
      [400, 6011],
      [404, 3002],
      [404, 3002],
    ])
  })
})
