import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, codes, type Json, send, startApi } from '../support/api.ts'
import { type DrsServer, drsFile, startDrs } from '../support/drs.ts'
import { AllowedFolder } from '../support/folder.ts'
import { runTransfers } from '../support/transfers.ts'

let drs: DrsServer
let other: DrsServer
let api: Api
let kim: Client
let lee: Client
let allowed: AllowedFolder
let project: string

beforeAll(async () => {
  drs = await startDrs()
  other = await startDrs()
  allowed = await AllowedFolder.make()
  api = await startApi({ allowDrsHosts: [`http://${drs.host}`] }, { allowPaths: [allowed.path] })
  kim = await api.user('kim')
  lee = await api.user('lee')
  project = await kim.project('DRS')
})
afterAll(async () => {
  await api.close()
  await drs.close()
  await other.close()
  await allowed.remove()
})

type Result = { resource?: Json; error?: Json }[]

/** Starts an import, and waits for its end. */
async function run(body: object): Promise<Json & { result: Result }> {
  const answer = await kim.post('/bulk/drs/imports/create', body)
  if (answer.status !== 200) throw new Error(answer.text)
  for (;;) {
    const job = (await kim.get(answer.body.href)).body
    if (job.state === 'FINISHED') return job as Json & { result: Result }
  }
}

/** Puts a file on the DRS server; gives its URI. */
function offer(id: string, name: string, data: string, more: object = {}, from = drs): string {
  const path = `/data/${id}`
  from.data[path] = { bytes: Buffer.from(data) }
  from.objects[id] = drsFile(id, name, data, `http://${from.host}${path}`, more)
  return `drs://${from.host}/${encodeURIComponent(id)}`
}

const fileOf = async ({ resource }: Result[number]) => (await kim.get(resource!.href)).body
const content = async (id: string) => (await send((await kim.get(`/files/${id}/download_info`)).body.url)).text
const names = async (parent: string) =>
  (await kim.get(`/files/${parent}/list`)).body.items.map(item => item.name).sort()
let count = 0
const folder = async () => (await kim.post('/files', { project, name: `folder-${++count}`, type: 'folder' })).body.id

test('objects become files, with metadata and tags; each item ends for itself', async () => {
  const large = 'x'.repeat(10_000)
  const items = [
    { drs_uri: offer('one', 'one.txt', 'first'), project, metadata: { sample_id: 'S1', cohort: 2 } },
    { drs_uri: `drs://${drs.host}/none`, project, name: null, parent: null },
    { drs_uri: offer('dg.4503/two', 'two.txt', large), project, name: 'renamed.txt' },
  ]
  const started = await kim.post('/bulk/drs/imports/create', { items, tags: ['imported'], conflict_resolution: 'skip' })
  expect(started.body).toEqual({
    href: `${api.base}/bulk/drs/imports/${started.body.id}`,
    id: expect.any(String),
    state: 'SUBMITTED',
    total_files: 0,
    completed_files: 0,
    failed_files: 0,
    result: [],
  })
  const job = await run({ items, tags: ['imported'] })
  expect(job).toMatchObject({ total_files: 3, completed_files: 2, failed_files: 1, finished_on: expect.any(String) })
  const [first, second, third] = job.result as [Result[number], Result[number], Result[number]]
  expect(first).toEqual({ resource: { href: `${api.base}/files/${first.resource!.id}`, id: first.resource!.id } })
  expect(await fileOf(first)).toMatchObject({
    name: 'one.txt',
    size: 5,
    tags: ['imported'],
    metadata: { sample_id: 'S1', cohort: '2' },
    storage: { type: 'PLATFORM' },
  })
  expect(await content(first.resource!.id)).toBe('first')
  expect(second.error).toMatchObject({ status: 404, code: 10225 })
  expect(await fileOf(third)).toMatchObject({ name: 'renamed.txt', size: 10_000 })
  expect(await content(third.resource!.id)).toBe(large)
  const found = await kim.get(`/files?project=${project}&metadata.sample_id=S1`)
  expect(found.body.items.map(item => item.id)).toEqual([first.resource!.id])
})

test('a name that is taken is kept, replaced or avoided', async () => {
  const parent = await folder()
  const items = [{ drs_uri: offer('conflict', 'a.txt', 'new'), parent }]
  const there = await kim.upload({ parent }, 'a.txt', 'old')
  const asked = drs.asked.length
  expect((await run({ items })).result[0]!.resource!.id).toBe(there)
  expect(drs.asked.slice(asked)).toEqual(['/ga4gh/drs/v1/objects/conflict'])
  const renamed = (await run({ items, conflict_resolution: 'AUTORENAME' })).result[0]!
  expect(await fileOf(renamed)).toMatchObject({ name: '_1_a.txt' })
  const replaced = (await run({ items, conflict_resolution: 'OVERWRITE' })).result[0]!
  expect(await content(replaced.resource!.id)).toBe('new')
  expect(await codes(kim.get(`/files/${there}`))).toEqual([[404, 5002]])
  expect(await names(parent)).toEqual(['_1_a.txt', 'a.txt'])
  expect((await run({ items: [{ ...items[0], name: 'a/b' }] })).result[0]!.error).toMatchObject({ code: 10235 })
})

test('a bundle becomes a folder, with the bundles in it', async () => {
  const parent = await folder()
  offer('inside', 'x', 'deep')
  drs.objects.inner = { id: 'inner', name: 'inner', contents: [{ name: 'deep.txt', id: 'inside' }] }
  drs.objects.bundle = {
    id: 'bundle',
    name: 'bundle',
    contents: [
      { name: 'top.txt', id: 'top', drs_uri: [offer('top', 'other', 'top')] },
      { name: 'inner', id: 'inner' },
      { name: 'plain', contents: [{ name: 'again.txt', id: 'inside' }] },
    ],
  }
  const job = await run({ items: [{ drs_uri: `drs://${drs.host}/bundle`, parent }], tags: ['all'] })
  expect(job).toMatchObject({ completed_files: 1, failed_files: 0 })
  const top = await fileOf(job.result[0]!)
  expect(top).toMatchObject({ name: 'bundle', type: 'folder', parent })
  expect(await names(top.id)).toEqual(['inner', 'plain', 'top.txt'])
  const listed = (await kim.get(`/files/${top.id}/list`)).body.items
  const inner = listed.find(item => item.name === 'inner')!
  const deep = (await kim.get(`/files/${inner.id}/list?fields=_all`)).body.items
  expect(deep).toMatchObject([{ name: 'deep.txt', tags: ['all'], size: 4 }])
  expect(await names(listed.find(item => item.name === 'plain')!.id)).toEqual(['again.txt'])
})

test('what lies on a volume of the caller’s becomes an alias; elsewhere it can’t be had', async () => {
  const { path, id } = await allowed.volume(kim, { 'deep/a.txt': 'on the volume' })
  const url = `file://${join(path, 'deep/a.txt')}`
  const access_methods = [{ type: 'file', access_url: { url } }]
  const drs_uri = offer('on-volume', 'a.txt', 'on the volume', { access_methods })
  const file = await fileOf((await run({ items: [{ drs_uri, parent: await folder() }] })).result[0]!)
  expect(file.storage).toEqual({ type: 'VOLUME', volume: id, location: 'deep/a.txt' })
  expect(await content(file.id)).toBe('on the volume')
  const error = async (uri: string) => (await run({ items: [{ drs_uri: uri, project }] })).result[0]!.error!.code
  const method = (type: string, address: string) => [{ type, access_url: { url: address } }]
  const at = (name: string, type: string, address: string) =>
    error(offer(name, name, 'x', { access_methods: method(type, address) }))
  expect(await at('elsewhere', 'file', 'file:///etc/passwd')).toBe(10225)
  expect(await at('upwards', 'file', `file://${path}/../x`)).toBe(10225)
  expect(await at('s3', 's3', 's3://bucket/key')).toBe(10225)
  expect(await at('wrong-size', 'file', url)).toBe(9109)
})

test('only hosts that the operator allowed are asked, also by the way', async () => {
  const forbidden = offer('theirs', 'x', 'secret', {}, other)
  offer('leads-away', 'x', 'x', {
    access_methods: [{ type: 'https', access_url: { url: `http://${other.host}/data/theirs` } }],
  })
  offer('redirects', 'x', 'x')
  drs.data['/data/redirects'] = `http://${other.host}/data/theirs`
  for (const uri of [forbidden, `drs://${drs.host}/leads-away`, `drs://${drs.host}/redirects`]) {
    const [{ error } = {}] = (await run({ items: [{ drs_uri: uri, project }] })).result
    expect(error).toMatchObject({ status: 403, code: 90002, message: expect.stringContaining('--allow-drs-host') })
  }
  expect(other.asked).toEqual([])
})

test('bytes behind an access id, with the headers that it needs, and redirects on the same host', async () => {
  drs.data['/guarded'] = { bytes: Buffer.from('guarded'), authorization: 'Basic c2Vz' }
  const guarded = offer('guarded', 'guarded.txt', 'guarded', {
    access_methods: [{ type: 'https', access_id: '/guarded' }],
  })
  const moved = offer('moved', 'moved.txt', 'moved')
  drs.data['/elsewhere'] = { bytes: Buffer.from('moved') }
  drs.data['/data/moved'] = '/elsewhere'
  const job = await run({
    items: [
      { drs_uri: guarded, project },
      { drs_uri: moved, project },
    ],
  })
  expect(await Promise.all(job.result.map(async ({ resource }) => await content(resource!.id)))).toEqual([
    'guarded',
    'moved',
  ])
})

test('what is wrong with an item is told in its record', async () => {
  const theirs = await lee.project('Theirs')
  const file = await kim.upload({ project }, 'no-folder', 'x')
  const shared = await lee.project('Shared')
  await lee.post(`/projects/${shared}/members`, { username: 'kim' })
  const good = offer('good', 'good.txt', 'good')
  offer('liar', 'liar.txt', 'what it is')
  drs.data['/data/liar'] = { bytes: Buffer.from('not what!!') }
  offer('short', 'short.txt', 'what it is')
  drs.data['/data/short'] = { bytes: Buffer.from('short') }
  drs.objects.nonsense = { no: 'id' }
  drs.objects.secret = 403
  drs.objects.broken = 500
  drs.objects['no-entry'] = { id: 'no-entry', name: 'no-entry', contents: [{ name: 'x' }] }
  const uri = (id: string) => ({ drs_uri: `drs://${drs.host}/${id}`, project })
  const items: [object, number][] = [
    [{ project }, 10232],
    [{ drs_uri: 'https://example.org/x', project }, 10232],
    [{ drs_uri: 'drs://dg.4503:abc', project }, 10232],
    [{ drs_uri: good }, 10228],
    [{ drs_uri: good, project, parent: file }, 10232],
    [{ drs_uri: good, project: 'nonsense' }, 10232],
    [{ drs_uri: good, project: theirs }, 10213],
    [{ drs_uri: good, project: shared }, 10210],
    [{ drs_uri: good, parent: 'none' }, 10222],
    [{ drs_uri: good, parent: file }, 10227],
    [{ drs_uri: good, project, metadata: { a: { b: 1 } } }, 5006],
    [uri('liar'), 10215],
    [uri('short'), 10215],
    [uri('nonsense'), 10215],
    [uri('secret'), 10226],
    [uri('broken'), 10215],
    [uri('no-entry'), 10225],
  ]
  const job = await run({ items: items.map(([item]) => item) })
  expect(job.result.map(({ error }) => error?.code)).toEqual(items.map(([, code]) => code))
  expect(job).toMatchObject({ completed_files: 0, failed_files: items.length })
  const many = Array.from({ length: 101 }, () => uri('good'))
  expect(
    await codes(
      kim.post('/bulk/drs/imports/create', { items: [] }),
      kim.post('/bulk/drs/imports/create', { items: many }),
      kim.post('/bulk/drs/imports/create', { items: [uri('good')], conflict_resolution: 'ASK' }),
      kim.get('/bulk/drs/imports/none'),
      lee.get(job.href),
    ),
  ).toEqual([
    [400, 10230],
    [400, 9011],
    [400, 9011],
    [404, 10211],
    [404, 10211],
  ])
})

test('after kill -9 a bundle goes on where it was, and each file of it is there once', async () => {
  const names = Array.from({ length: 6 }, (_, n) => `part-${n}`)
  const contents = names.map(id => ({ name: id, id, drs_uri: [offer(id, id, id.repeat(2000))] }))
  drs.objects.parts = { id: 'parts', name: 'parts', contents }
  const parent = await folder()
  const accepted = {
    drs: { items: [{ drs_uri: `drs://${drs.host}/parts`, parent }], conflict_resolution: 'AUTORENAME' },
  }
  const program = { folder: dirname(api.uploadsFolder), allowed: allowed.path, drsHost: `http://${drs.host}` }
  expect(await runTransfers({ ...program, failpoint: 'before-progress:4', accepted })).toBe('SIGKILL')
  expect(await runTransfers({ ...program, failpoint: 'after-progress:2' })).toBe('SIGKILL')
  expect(await runTransfers({ ...program, failpoint: '' })).toBe(null)
  const [top] = (await kim.get(`/files/${parent}/list`)).body.items
  expect(top!.name).toBe('parts')
  const there = (await kim.get(`/files/${top!.id}/list`)).body.items
  expect(there.map(item => item.name).sort()).toEqual(names)
})

test('what is kept of a bundle between two steps stays small, however much it has', async () => {
  const ids = Array.from({ length: 60 }, (_, n) => `entry-${n}`)
  const contents = ids.map(id => ({ name: id, id, drs_uri: [offer(id, id, id)] }))
  drs.objects.many = { id: 'many', name: 'many', contents: [{ name: 'inner', contents }, ...contents] }
  const parent = await folder()
  const answer = await kim.post('/bulk/drs/imports/create', {
    items: [{ drs_uri: `drs://${drs.host}/many`, parent }],
  })
  const sizes: number[] = []
  for (;;) {
    const { id } = answer.body
    const row = await api.database.read.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst()
    if (row?.cursor) sizes.push(row.cursor.length)
    if (row?.state === 'FINISHED') break
  }
  expect(sizes.length).toBeGreaterThan(10)
  expect(Math.max(...sizes)).toBeLessThan(1000)
  const [top] = (await kim.get(`/files/${parent}/list`)).body.items
  const there = (await kim.get(`/files/${top!.id}/list?limit=100`)).body.items
  expect(there.map(item => item.name).sort()).toEqual([...ids, 'inner'].sort())
  const inner = there.find(item => item.name === 'inner')!
  expect((await kim.get(`/files/${inner.id}/list?limit=100`)).body.items).toHaveLength(60)
})
