import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expected } from './call.ts'
import { Client } from './client.ts'
import type { Json } from './exchange.ts'
import { refused } from './refused.ts'
import { type Server, serve } from './server.ts'

/** Volumes as clients register, edit, browse and share them. The bytes lie in a folder that the server was allowed. */
let server: Server
let kim: Client
let lee: Client
let allowed: string
const SECRET = 'a-very-secret-key'

beforeAll(async () => {
  allowed = await mkdtemp(join(tmpdir(), 'reprise-volume-'))
  await mkdir(join(allowed, 'run1'))
  for (const name of ['a.txt', 'b.txt', 'run1/c.txt']) await writeFile(join(allowed, name), name)
  server = await serve('--allow-path', allowed)
  kim = new Client(server)
  lee = new Client(server, await server.addUser('lee'))
})
afterAll(async () => {
  await server.close()
  await rm(allowed, { recursive: true })
})

let count = 0
const create = (more: object = {}) =>
  kim.post('/storage/volumes', { name: `raw_${++count}`, service: { type: 'local', path: allowed }, ...more })

const S3 = {
  type: 's3',
  bucket: 'raw',
  prefix: null,
  endpoint: 'http://127.0.0.1:9',
  credentials: { access_key_id: 'AKIA', secret_access_key: SECRET },
  properties: { sse_algorithm: null },
}

test('Python and Java write the service in capitals, R in lower case with nulls; no secret comes back', async () => {
  for (const type of ['S3', 's3']) {
    const given = { name: `bucket_${type}_${++count}`, access_mode: 'RW', description: 'raw', service: { ...S3, type } }
    const answer = await expected(kim.ask('POST', '/storage/volumes', given), 200, 201)
    expect(answer.bytes.toString()).not.toContain(SECRET)
    expect(answer.body).toMatchObject({
      href: `${server.url}/storage/volumes/${answer.body.id}`,
      name: given.name,
      description: 'raw',
      access_mode: 'RW',
      active: true,
      service: { bucket: 'raw', credentials: { access_key_id: 'AKIA' } },
    })
    expect(await kim.get(answer.body.href)).toEqual(answer.body)
  }
  const older = { ...S3, endpoint: undefined, root_url: 'http://127.0.0.1:9' }
  const made = await kim.post('/storage/volumes', { name: `older_${++count}`, service: older })
  expect(made).toMatchObject({ access_mode: 'RW', service: { endpoint: 'http://127.0.0.1:9' } })
})

test('volumes are listed, all and of one owner', async () => {
  const { id } = await create()
  for (const path of ['/storage/volumes', `/storage/volumes/${id.split('/')[0]}`]) {
    const list = await expected(kim.ask('GET', `${path}?limit=100&offset=0&fields=_all`), 200)
    expect(list.body.items.map(volume => volume.id)).toContain(id)
    expect(list.headers['x-total-matching-query']).toBe(String(list.body.items.length))
  }
  expect((await lee.get('/storage/volumes')).items).toEqual([])
  await refused(lee.ask('GET', `/storage/volumes/${id}`), 404, 9007)
})

test('a volume is browsed in a form of its own, page after page', async () => {
  const volume = await create()
  const whole = await expected(kim.ask('GET', `${volume.href}/list?fields=_all`), 200)
  expect(whole.headers).not.toHaveProperty('x-total-matching-query')
  expect(whole.body).toMatchObject({
    items: [
      { location: 'a.txt', volume: volume.id, metadata: { size: 5 } },
      { location: 'b.txt', volume: volume.id },
    ],
    prefixes: [{ prefix: 'run1/', volume: volume.id }],
    links: [],
  })
  expect((await kim.get(`${volume.href}/list?prefix=run1/`)).items.map(({ location }) => location)).toEqual([
    'run1/c.txt',
  ])
  const found: unknown[] = []
  for (let url: string | undefined = `${volume.href}/list?limit=1`; url !== undefined; ) {
    const page = await kim.get(url)
    found.push(...page.items.map(({ location }) => location), ...(page.prefixes as Json[]).map(({ prefix }) => prefix))
    url = (page.links as unknown as { next: string }[])[0]?.next
  }
  expect(found.sort()).toEqual(['a.txt', 'b.txt', 'run1/'])
  const object = await kim.get(`${volume.href}/object?location=run1/c.txt`)
  expect(object).toMatchObject({ location: 'run1/c.txt', volume: volume.id, metadata: { size: 10 } })
  expect((await kim.ask('GET', `${volume.href}/object?location=none`)).status).toBe(404)
})

test('an edit changes leaves; a volume that is not active is not browsed, and only then deleted', async () => {
  const volume = await create()
  const edited = await kim.patch(`/storage/volumes/${volume.id}`, {
    description: 'new',
    access_mode: 'RO',
    service: { prefix: 'run1/' },
  })
  expect(edited).toMatchObject({ description: 'new', access_mode: 'RO', service: { path: allowed, prefix: 'run1/' } })
  expect((await kim.get(`${volume.href}/list`)).items.map(({ location }) => location)).toEqual(['c.txt'])
  expect([400, 409]).toContain((await kim.ask('DELETE', volume.href)).status)
  expect((await kim.patch(`${volume.href}?force=true`, { active: false })).active).toBe(false)
  expect([400, 409]).toContain((await kim.ask('GET', `${volume.href}/list`)).status)
  expect((await kim.patch(volume.href, { active: true })).active).toBe(true)
  await kim.patch(volume.href, { active: 'false' })
  await kim.delete(volume.href)
  await refused(kim.ask('GET', volume.href), 404, 9007)
})

test('members have four permissions; execute is none of them', async () => {
  const volume = await create()
  const name = String((await lee.get('/user')).username)
  const members = `/storage/volumes/${volume.id}/members`
  const permissions = { read: true, copy: true, write: false, admin: false }
  const added = await kim.post(members, {
    username: name,
    email: null,
    type: 'USER',
    permissions: { ...permissions, execute: true },
  })
  expect(added).toMatchObject({ username: name, permissions })
  const list = await expected(kim.ask('GET', `${members}?limit=50&offset=0&fields=_all`), 200)
  expect(list.headers['x-total-matching-query']).toBe(String(list.body.items.length))
  expect(await kim.get(`${members}/${name}`)).toMatchObject({ username: name })
  expect(await kim.get(`${members}/${name}/permissions`)).toEqual(permissions)
  expect(await kim.patch(`${members}/${name}/permissions`, { write: true })).toEqual({ ...permissions, write: true })
  const put = { read: true, copy: false, write: false, admin: false }
  expect(await kim.replace(`${members}/${name}/permissions`, put)).toEqual(put)
  expect((await lee.get(`${volume.href}/list`)).items).toHaveLength(2)
  await refused(lee.ask('PATCH', volume.href, { description: 'mine' }), 403, 9020)
  await kim.delete(`${members}/${name}`)
  await refused(lee.ask('GET', `${volume.href}/list`), 404, 9007)
})

test.each<[object, number, number]>([
  [{ name: '' }, 400, 9013],
  [{ name: 'with-dash' }, 400, 9014],
  [{ access_mode: 'WO' }, 400, 9015],
  [{ service: null }, 400, 9016],
  [{ service: { type: 'ftp' } }, 400, 9017],
  [{ service: { ...S3, bucket: null } }, 400, 9017],
  [{ service: { ...S3, properties: { aws_canned_acl: 'everybody' } } }, 400, 9022],
  [{ service: { ...S3, properties: { aws_storage_class: 'TAPE' } } }, 400, 9024],
  [{ service: { ...S3, properties: { sse_algorithm: 'rot13' } } }, 400, 9023],
  [{ service: { ...S3, credentials: { role_arn: 'arn:aws:iam::1:role/x', external_id: 'x' } } }, 400, 9019],
  [{ service: { type: 'GCS', bucket: 'b', credentials: { client_email: 'a@b', private_key: 'none' } } }, 400, 9025],
])('a volume with %j is refused', async (more, status, code) => {
  const body = { name: `bad_${++count}`, service: { type: 'local', path: allowed }, ...more }
  const answer = await kim.ask('POST', '/storage/volumes', body)
  expect(answer.bytes.toString()).not.toContain(SECRET)
  await refused(Promise.resolve(answer), status, code)
})

test('two volumes of one user have two names', async () => {
  const { name } = await create()
  await refused(kim.ask('POST', '/storage/volumes', { name, service: { type: 'local', path: allowed } }), 409, 9010)
})

test('a bucket that does not answer is told by the code of its volume', async () => {
  const { href } = await kim.post('/storage/volumes', { name: `away_${++count}`, service: S3 })
  expect((await kim.ask('GET', `${href}/list`)).body.code).toBe(9000)
})
