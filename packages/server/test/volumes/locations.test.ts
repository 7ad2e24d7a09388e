import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, startApi } from '../support/api.ts'
import { AllowedFolder } from '../support/folder.ts'
import { ended, exported, imported } from '../support/transfers.ts'

let api: Api
let kim: Client
let allowed: AllowedFolder
let project: string

beforeAll(async () => {
  allowed = await AllowedFolder.make()
  api = await startApi({}, { allowPaths: [allowed.path] })
  kim = await api.user('kim')
  project = await kim.project('Locations')
})
afterAll(async () => {
  await api.close()
  await allowed.remove()
})

test("a location that begins with a slash is taken from the volume's root, by every call", async () => {
  const {
    id: volume,
    path,
    href,
  } = await allowed.volume(kim, { 'run/a.txt': 'a', 'top.txt': 'top' }, { access_mode: 'RW' })
  const file = await imported(kim, { source: { volume, location: '/run/a.txt' }, destination: { project } })
  expect(file).toMatchObject({ state: 'COMPLETED', source: { location: 'run/a.txt' }, result: { name: 'a.txt' } })
  const destination = { project, name: 'all' }
  const folder = await imported(kim, { source: { volume, location: '//run/' }, destination })
  expect(folder).toMatchObject({ state: 'COMPLETED', result: { name: 'all', type: 'folder' } })
  const bulk = { items: [{ source: { volume, location: '/top.txt' }, destination: { project } }] }
  const started = (await kim.post('/bulk/storage/imports/create', bulk)).body.items[0]!.resource as { href: string }
  expect(await ended(kim, started.href)).toMatchObject({ state: 'COMPLETED', result: { name: 'top.txt' } })
  const own = await kim.upload({ project }, 'own.txt', 'own')
  const out = await exported(kim, { source: { file: own }, destination: { volume, location: '/out/own.txt' } })
  expect(out).toMatchObject({ state: 'COMPLETED', destination: { location: 'out/own.txt' } })
  expect(await readFile(join(path, 'out/own.txt'), 'utf8')).toBe('own')
  const list = async (prefix: string) => (await kim.get(`${href}/list?prefix=${prefix}`)).body
  expect((await list('/')).items.map(({ location }) => location)).toEqual(['top.txt'])
  expect((await list('/run/')).items.map(({ location }) => location)).toEqual(['run/a.txt'])
  expect((await kim.get(`${href}/object?location=/run/a.txt`)).body).toMatchObject({ location: 'run/a.txt' })
})

test('a prefix of the service that begins with a slash is one below its folder', async () => {
  const { path } = await allowed.volume(kim, { 'inner/b.txt': 'b' })
  const service = { type: 'local', path, prefix: '/inner/' }
  const { href } = (await kim.post('/storage/volumes', { name: 'prefixed', service })).body
  expect((await kim.get(`${href}/list?prefix=/`)).body.items.map(({ location }) => location)).toEqual(['b.txt'])
})

test.each(['/../x', '/a/../../x', '..', '/./x', 'a//b'])(
  '%s leads nowhere, whatever it is given to',
  async location => {
    const { id: volume, href } = await allowed.volume(kim, { x: 'x' }, { access_mode: 'RW' })
    const refused = { state: 'FAILED', error: { code: 9103, message: expect.stringMatching(/[^.]\.$/) } }
    expect(await imported(kim, { source: { volume, location }, destination: { project, name: 'x' } })).toMatchObject(
      refused,
    )
    const own = await kim.upload({ project }, `own-${encodeURIComponent(location)}`, 'own')
    expect(await exported(kim, { source: { file: own }, destination: { volume, location } })).toMatchObject(refused)
    const query = encodeURIComponent(location)
    expect((await kim.get(`${href}/object?location=${query}`)).body).toMatchObject({ code: 9103 })
    expect((await kim.get(`${href}/list?prefix=${query}/`)).body).toMatchObject({ code: 9103 })
  },
)

test('the root itself is named by no location', async () => {
  const { id: volume, href } = await allowed.volume(kim, { x: 'x' }, { access_mode: 'RW' })
  const from = await kim.post('/storage/imports', { source: { volume, location: '/' }, destination: { project } })
  expect(from.body).toMatchObject({ code: 9018, message: expect.stringMatching(/^source.location: is the root/) })
  expect((await kim.get(`${href}/object?location=/`)).body).toMatchObject({ code: 9018 })
})
