import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, expected, until } from './call.ts'
import { Client } from './client.ts'
import type { Json } from './exchange.ts'
import { refused } from './refused.ts'
import { type Server, serve } from './server.ts'

/** Imports make aliases of what lies on a volume, exports bring files to one: alone and in bulk, as clients start and poll them. */
let server: Server
let kim: Client
let allowed: string
let project: Json
let volume: Json

beforeAll(async () => {
  allowed = await mkdtemp(join(tmpdir(), 'reprise-transfers-'))
  await mkdir(join(allowed, 'run1/deep'), { recursive: true })
  for (const name of ['a.txt', 'b.txt', 'run1/c.txt', 'run1/deep/d.txt']) await writeFile(join(allowed, name), name)
  server = await serve('--allow-path', allowed)
  kim = new Client(server)
  project = await kim.post('/projects', { name: 'Transfers' })
  volume = await kim.post('/storage/volumes', { name: 'raw', service: { type: 'local', path: allowed } })
})
afterAll(async () => {
  await server.close()
  await rm(allowed, { recursive: true })
})

const hasEnded = ({ state }: Json) => state === 'COMPLETED' || state === 'FAILED'
const wait = (job: Json) => until(() => kim.get(job.href), hasEnded)
const textOf = async (file: Json) => (await call((await kim.get(`${file.href}/download_info`)).url)).bytes.toString()
const importing = (location: string, destination: object = { project: project.id }, more: object = {}) => ({
  source: { volume: volume.id, location },
  destination,
  ...more,
})

async function start(kind: 'imports' | 'exports', body: object, query = ''): Promise<Json> {
  const { body: job } = await expected(kim.ask('POST', `/storage/${kind}${query}`, body), 200, 201)
  expect(job).toMatchObject({
    href: `${server.url}/storage/${kind}/${job.id}`,
    state: expect.stringMatching(/^(PENDING|RUNNING|COMPLETED|FAILED)$/),
  })
  return wait(job)
}

test('an import makes an alias, whose bytes stay where they are', async () => {
  // R sends both keys of the place, one of them null
  const done = await start(
    'imports',
    importing('a.txt', { project: project.id, parent: null, name: null }, { overwrite: false, autorename: null }),
  )
  expect(done).toMatchObject({ state: 'COMPLETED', overwrite: false, source: { volume: volume.id, location: 'a.txt' } })
  const file = await kim.get(`/files/${(done.result as Json).id}`)
  expect(file).toMatchObject({
    name: 'a.txt',
    project: project.id,
    storage: { type: 'VOLUME', volume: volume.id, location: 'a.txt' },
  })
  expect(await textOf(file)).toBe('a.txt')
  await kim.delete(file.href)
  expect(await readFile(join(allowed, 'a.txt'), 'utf8')).toBe('a.txt')
})

test('a name that is taken fails the job, or is overwritten or changed when that was said', async () => {
  const folder = await kim.post('/files', { name: 'taken', type: 'folder', project: project.id })
  const place = { parent: folder.id, name: 'b.txt' }
  expect((await start('imports', importing('b.txt', place))).state).toBe('COMPLETED')
  const again = await start('imports', importing('b.txt', place))
  expect(again).toMatchObject({ state: 'FAILED', error: { code: 9108, status: 409 } })
  expect(await start('imports', importing('a.txt', place, { overwrite: true }))).toMatchObject({ state: 'COMPLETED' })
  const renamed = await start('imports', importing('b.txt', place, { autorename: 'true' }))
  expect(renamed).toMatchObject({ state: 'COMPLETED', result: { name: '_1_b.txt' } })
})

test('a folder is imported as it is, or flat', async () => {
  const [kept, flat] = [
    await kim.post('/files', { name: 'kept', type: 'folder', project: project.id }),
    await kim.post('/files', { name: 'flat', type: 'folder', project: project.id }),
  ]
  const names = async ({ id }: Json) => (await kim.get(`/files/${id}/list`)).items.map(({ name }) => name).sort()
  const whole = await start('imports', importing('run1/', { parent: kept.id }))
  expect(whole.state).toBe('COMPLETED')
  expect(await names(whole.result as Json)).toEqual(['c.txt', 'deep'])
  await start('imports', importing('run1/', { parent: flat.id }, { preserve_folder_structure: false }))
  expect(await names(flat)).toEqual(['c.txt', 'd.txt'])
})

test('an export writes to the volume and leaves an alias, with copy_only the file as it was', async () => {
  const file = await kim.upload(project.root_folder, 'out.txt', 'exported')
  const body = (location: string, overwrite?: boolean) => ({
    source: { file: file.id },
    destination: { volume: volume.id, location },
    ...(overwrite === undefined ? {} : { overwrite }),
    properties: {},
  })
  const copied = await start('exports', body('copy.txt'), '?copy_only=TRUE&fields=_all&limit=50&offset=0')
  expect(copied).toMatchObject({ state: 'COMPLETED', destination: { volume: volume.id, location: 'copy.txt' } })
  expect(await readFile(join(allowed, 'copy.txt'), 'utf8')).toBe('exported')
  expect(await kim.get(file.href)).toMatchObject({ storage: { type: 'PLATFORM' } })
  expect(await start('exports', body('copy.txt'), '?copy_only=True')).toMatchObject({
    state: 'FAILED',
    error: { code: 9107 },
  })
  expect((await start('exports', body('copy.txt'), '?copy_only=true&overwrite=true')).state).toBe('COMPLETED')
  expect((await start('exports', body('copy.txt', true))).state).toBe('COMPLETED')
  expect(await kim.get(file.href)).toMatchObject({ id: file.id, storage: { type: 'VOLUME', location: 'copy.txt' } })
  expect(await textOf(file)).toBe('exported')
})

test('jobs are listed, those of the caller, by project, volume and state', async () => {
  await start('imports', importing('a.txt', { project: project.id, name: 'listed.txt' }))
  const query = `volume=${volume.id}&state=COMPLETED&state=failed&limit=100&offset=0&fields=_all`
  const list = await expected(kim.ask('GET', `/storage/imports?project=${project.id}&${query}`), 200)
  expect(list.body.items.length).toBeGreaterThan(0)
  expect(list.headers['x-total-matching-query']).toBe(String(list.body.items.length))
  for (const job of list.body.items) expect(job).toMatchObject({ source: { volume: volume.id } })
  const exported = await expected(kim.ask('GET', `/storage/exports?${query}`), 200)
  expect(exported.headers['x-total-matching-query']).toBe(String(exported.body.items.length))
  const lee = new Client(server, await server.addUser('lee'))
  expect((await lee.get('/storage/imports')).items).toEqual([])
  await refused(lee.ask('GET', list.body.items[0]!.href), 404, 9008)
})

test('in bulk each import and export has a record, and is polled by its id', async () => {
  const file = await kim.upload(project.root_folder, 'bulk.txt', 'bulk')
  const starting = async (kind: string, items: object[], query = '') =>
    (await expected(kim.ask('POST', `/bulk/storage/${kind}/create${query}`, { items }), 200)).body.items as {
      resource?: Json
      error?: Json
    }[]
  const place = (name: string) => ({ project: project.id, parent: null, name })
  const imports = await starting('imports', [
    importing('a.txt', place('bulk1.txt'), { overwrite: false, autorename: true, preserve_folder_structure: true }),
    {
      ...importing('b.txt', { parent: project.root_folder, name: 'bulk2.txt' }),
      source: { volume: 'nobody/none', location: 'b.txt' },
    },
  ])
  expect(imports).toMatchObject([{ resource: { id: expect.any(String) } }, { error: { code: 9007, status: 404 } }])
  const destination = { volume: volume.id, location: 'bulk.txt' }
  const exports = await starting(
    'exports',
    [{ source: { file: file.id }, destination, overwrite: false, properties: {} }],
    '?copy_only=True',
  )
  for (const [kind, key, job] of [
    ['imports', 'import_ids', imports[0]!.resource!],
    ['exports', 'export_ids', exports[0]!.resource!],
  ] as const) {
    await wait(job)
    const found = await expected(kim.ask('POST', `/bulk/storage/${kind}/get`, { [key]: [job.id, 'none'] }), 200)
    expect(found.body.items).toMatchObject([
      { resource: { id: job.id, state: 'COMPLETED' } },
      { error: { code: 9008 } },
    ])
  }
})

test.each<[string, object, number, number]>([
  ['a volume that there is not', { source: { volume: 'nobody/none', location: 'a.txt' } }, 404, 9007],
  ['a project that there is not', { destination: { project: 'nobody/none' } }, 404, 9012],
  ['no place', { destination: {} }, 400, 9011],
])('an import with %s is refused', async (_, more, status, code) => {
  await refused(kim.ask('POST', '/storage/imports', importing('a.txt', undefined, more)), status, code)
})

test('to a volume that is read-only nothing is exported', async () => {
  const readOnly = await kim.post('/storage/volumes', {
    name: 'ro',
    access_mode: 'RO',
    service: { type: 'local', path: allowed },
  })
  const file = await kim.upload(project.root_folder, 'ro.txt', 'x')
  const body = { source: { file: file.id }, destination: { volume: readOnly.id, location: 'x' } }
  await refused(kim.ask('POST', '/storage/exports', body), 400, 9026)
})

test('an import or export that may not be is told by its code', async () => {
  const lee = new Client(server, await server.addUser('max'))
  const name = String((await lee.get('/user')).username)
  const own = await lee.post('/projects', { name: 'Own' })
  const file = await kim.upload(project.root_folder, 'codes.txt', 'x')
  const folder = await kim.post('/files', { name: 'codes', type: 'folder', project: project.id })
  const to = { volume: volume.id, location: 'codes.txt' }
  const exporting = (source: string, destination: object = to) => ({ source: { file: source }, destination })
  await refused(kim.ask('POST', '/storage/exports', exporting(folder.id)), 400, 9006)
  await refused(kim.ask('POST', '/storage/exports', exporting('f'.repeat(24))), 404, 9009)
  await refused(kim.ask('POST', '/storage/exports', exporting(file.id, { ...to, location: 'codes/' })), 400, 9018)
  await refused(kim.ask('POST', '/storage/imports', importing('a.txt', { parent: 'f'.repeat(24) })), 404, 9009)
  await refused(lee.ask('POST', '/storage/imports', importing('a.txt', { project: own.id })), 404, 9007)
  const permissions = { read: true, copy: false, write: true, admin: false }
  await kim.post(`/storage/volumes/${volume.id}/members`, { username: name, permissions })
  await refused(lee.ask('POST', '/storage/imports', importing('a.txt', { project: own.id })), 403, 9020)
  await kim.post(`/projects/${project.id}/members`, { username: name, permissions: { read: true } })
  await refused(lee.ask('POST', '/storage/exports', exporting(file.id)), 403, 9004)
  await kim.patch(`/storage/volumes/${volume.id}/members/${name}/permissions`, { copy: true })
  await refused(lee.ask('POST', '/storage/imports', importing('a.txt', { project: project.id })), 403, 9003)
})

test('the bytes of an alias are not there while its volume is not active', async () => {
  const other = await kim.post('/storage/volumes', { name: 'sleeping', service: { type: 'local', path: allowed } })
  const done = await start('imports', {
    ...importing('a.txt', { project: project.id, name: 'asleep.txt' }),
    source: { volume: other.id, location: 'a.txt' },
  })
  const { href } = done.result as Json
  await kim.patch(other.href, { active: false })
  await refused(kim.ask('GET', `${href}/download_info`), 400, 5034)
  await kim.patch(other.href, { active: true })
  expect(await textOf({ href } as Json)).toBe('a.txt')
})
