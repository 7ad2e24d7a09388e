import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, type Client, codes, startApi } from '../support/api.ts'

let api: Api
let kim: Client
let lee: Client
let project: string
let file: string

const NOBODY = '0123456789abcdef01234567'
const place = { chromosome: 'chr7', position: { start: 100, end: 200 } }

beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim')
  lee = await api.user('lee')
  project = await kim.project('Marked')
  file = await kim.upload({ project }, 'reads.bam', 'x')
  const permissions = { read: true, copy: false, write: false, execute: false, admin: false }
  await kim.post(`/projects/${project}/members`, { username: 'lee', permissions })
})
afterAll(() => api.close())

const create = (who: Client, fields: object = {}) =>
  who.post('/genome/markers', { file, name: 'm', ...place, ...fields })
const namesFor = async (who: Client) =>
  (await who.get(`/genome/markers?file=${file}`)).body.items.map(({ name }) => name)

test('markers are made, shown, listed, changed and deleted', async () => {
  const { status, body } = await create(kim, { name: 'EGFR', private: false })
  expect(status).toBe(201)
  expect(body).toEqual({
    href: `${api.base}/genome/markers/${body.id}`,
    id: body.id,
    file,
    name: 'EGFR',
    ...place,
    created_time: expect.stringMatching(/Z$/),
    created_by: 'kim',
  })
  expect((await kim.get(body.href)).body).toEqual(body)
  const list = await lee.get(`/genome/markers?file=${file}`)
  expect([list.body.items, list.headers['x-total-matching-query']]).toEqual([[body], '1'])
  const changed = await kim.patch(body.href, { name: null, position: { end: 300 } })
  expect(changed.body).toEqual({ ...body, position: { start: 100, end: 300 } })
  expect((await kim.delete(body.href)).status).toBe(204)
  expect((await kim.get(body.href)).body.code).toBe(90003)
})

test('a private marker is there for its maker alone', async () => {
  const own = (await create(lee, { name: 'own', private: true })).body
  await create(kim, { name: 'shared', private: false })
  expect(await namesFor(lee)).toEqual(['own', 'shared'])
  expect(await namesFor(kim)).toEqual(['shared'])
  expect((await lee.patch(own.href, { name: 'still mine' })).body.name).toBe('still mine')
  expect((await lee.delete(own.href)).status).toBe(204)
})

test('what is wrong with a marker', async () => {
  const shared = (await create(kim, { private: false })).body
  const own = (await create(lee)).body
  const stranger = await api.user('max')
  const folder = (await kim.post('/files', { project, name: 'x', type: 'folder' })).body.id
  expect(
    await codes(
      create(kim, { file: '' }),
      create(kim, { file: NOBODY }),
      create(kim, { file: folder }),
      create(kim, { name: '' }),
      create(kim, { chromosome: null }),
      create(kim, { position: { start: 5 } }),
      create(kim, { position: { start: 5, end: 4 } }),
      create(kim, { position: { start: -1, end: 4 } }),
      create(lee, { private: false }),
      create(stranger),
      lee.patch(shared.href, { name: 'x' }),
      lee.delete(shared.href),
      lee.patch(own.href, { private: false }),
      kim.get(own.href),
      kim.patch(shared.href, { name: '' }),
      kim.get('/genome/markers'),
      stranger.get(`/genome/markers?file=${file}`),
      stranger.get(shared.href),
      kim.get(`/genome/markers/${NOBODY}`),
    ),
  ).toEqual([
    [400, 5004],
    [404, 5002],
    [400, 90000],
    [400, 90000],
    [400, 90000],
    [400, 90000],
    [400, 90000],
    [400, 90000],
    [403, 5001],
    [404, 5002],
    [403, 90002],
    [403, 90002],
    [403, 90002],
    [404, 90003],
    [400, 90000],
    [400, 5004],
    [404, 5002],
    [404, 90003],
    [404, 90003],
  ])
})

test('markers go with their file', async () => {
  const gone = await kim.upload({ project }, 'gone.bam', 'x')
  const marker = (await create(kim, { file: gone })).body
  await kim.delete(`/files/${gone}`)
  expect((await kim.get(marker.href)).status).toBe(404)
  expect(await api.database.read.selectFrom('markers').select('id').where('file', '=', gone).execute()).toEqual([])
})
