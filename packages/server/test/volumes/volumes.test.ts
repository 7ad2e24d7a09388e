import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, type Client, codes, startApi } from '../support/api.ts'

let api: Api
let kim: Client
let lee: Client
let allowed: string
let outside: string

beforeAll(async () => {
  allowed = await mkdtemp(join(tmpdir(), 'reprise-allowed-'))
  outside = await mkdtemp(join(tmpdir(), 'reprise-outside-'))
  api = await startApi({}, { allowPaths: [allowed], allowS3Endpoints: ['127.0.0.1', '*.amazonaws.com'] })
  kim = await api.user('kim')
  lee = await api.user('lee')
})
afterAll(async () => {
  await api.close()
  await rm(allowed, { recursive: true })
  await rm(outside, { recursive: true })
})

const SECRET = 'a-very-secret-key'
const bucket = (more: object = {}) => ({
  type: 'S3',
  bucket: 'raw',
  prefix: 'a/',
  endpoint: 'http://127.0.0.1:9',
  credentials: { access_key_id: 'AKIA', secret_access_key: SECRET },
  ...more,
})
let count = 0
const fresh = () => `volume_${++count}`
const make = async (service: object, more: object = {}) => {
  const answer = await kim.post('/storage/volumes', { name: fresh(), service, ...more })
  if (answer.status !== 201) throw new Error(answer.text)
  return answer.body
}

/** A local volume of a new folder with these files. */
async function folder(files: { [path: string]: string } = {}, more: object = {}) {
  const path = join(allowed, fresh())
  await mkdir(path)
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true })
    await writeFile(join(path, name), text)
  }
  return { path, volume: await make({ type: 'local', path }, more) }
}

describe('a volume', () => {
  test('is created, found, listed and rendered without its secret', async () => {
    const answer = await kim.post('/storage/volumes', {
      name: 'raw',
      description: 'Raw data',
      service: bucket({ properties: null }),
      access_mode: null,
    })
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({
      href: `${api.base}/storage/volumes/kim/raw`,
      id: 'kim/raw',
      name: 'raw',
      description: 'Raw data',
      access_mode: 'RW',
      active: true,
      created_on: expect.stringMatching(/Z$/),
      modified_on: expect.stringMatching(/Z$/),
      service: {
        type: 's3',
        bucket: 'raw',
        prefix: 'a/',
        endpoint: 'http://127.0.0.1:9',
        credentials: { access_key_id: 'AKIA' },
        properties: { sse_algorithm: null },
        export_enabled: true,
        direct_export_enabled: false,
      },
    })
    expect((await kim.get('/storage/volumes/kim/raw')).body).toEqual(answer.body)
    for (const path of ['/storage/volumes', '/storage/volumes/kim']) {
      const list = await kim.get(`${path}?limit=100`)
      expect(list.headers['x-total-matching-query']).toBe(String(list.body.items.length))
      expect(list.body.items).toContainEqual(answer.body)
    }
    expect((await kim.get('/storage/volumes/lee')).body.items).toEqual([])
    expect((await lee.get('/storage/volumes')).body.items).toEqual([])
  })

  test('of AWS has its words and its default encryption', async () => {
    const { endpoint: _, ...service } = bucket({ type: 's3', root_url: 'https://s3.eu-central-1.amazonaws.com' })
    expect((await make(service)).service).toMatchObject({ properties: { sse_algorithm: 'AES256' } })
  })

  test.each([
    [{ name: '' }, 9013],
    [{ name: undefined }, 9013],
    [{ name: 'with-dash' }, 9014],
    [{ name: 'x'.repeat(33) }, 9014],
    [{ access_mode: 'RX' }, 9015],
    [{ access_mode: '' }, 9015],
    [{ service: undefined }, 9016],
    [{ service: 'S3' }, 9011],
    [{ service: {} }, 9017],
    [{ service: { type: 'ftp' } }, 9017],
    [{ service: bucket({ bucket: undefined }) }, 9017],
    [{ service: bucket({ bucket: 'a/b' }) }, 9017],
    [{ service: bucket({ credentials: { access_key_id: 'AKIA' } }) }, 9017],
    [{ service: bucket({ credentials: { role_arn: 'arn:aws:iam::1:role/x' } }) }, 9019],
    [{ service: bucket({ properties: { aws_canned_acl: 'everybody' } }) }, 9022],
    [{ service: bucket({ properties: { sse_algorithm: 'rot13' } }) }, 9023],
    [{ service: bucket({ properties: { aws_storage_class: 'TAPE' } }) }, 9024],
    [{ service: bucket({ endpoint: 'file:///etc' }) }, 9103],
    [{ service: bucket({ endpoint: 'http://169.254.169.254' }) }, 9103],
    [{ service: bucket({ endpoint: 'amazonaws.com.evil.example' }) }, 9103],
    [{ service: { type: 'local' } }, 9017],
    [{ service: { type: 'local', path: 'relative' } }, 9103],
  ])('with %j is refused with %i', async (given, code) => {
    const answer = await kim.post('/storage/volumes', { name: fresh(), service: bucket(), ...given })
    expect([answer.body.code, answer.status < 500]).toEqual([code, true])
    expect(answer.text).not.toContain(SECRET)
  })

  test('of another cloud is checked, and then refused: nothing here talks to it', async () => {
    const key = '-----BEGIN PRIVATE KEY-----\nx'
    const gcs = (private_key: string) => ({
      type: 'GCS',
      bucket: 'b',
      credentials: { client_email: 'a@b', private_key },
    })
    const azure = (more: object = {}) => ({
      type: 'azure',
      storage_account: 'a',
      container: 'c',
      credentials: { tenant_id: 't', client_id: 'c', client_secret: 's' },
      properties: { resource_id: 'r' },
      ...more,
    })
    const oss = { type: 'oss', bucket: 'b', endpoint: 'e', credentials: bucket().credentials }
    const create = async (service: object) => (await kim.post('/storage/volumes', { name: fresh(), service })).body
    expect((await create(gcs('nonsense'))).code).toBe(9025)
    expect((await create(azure({ container: undefined }))).code).toBe(9017)
    for (const service of [gcs(key), azure(), oss]) {
      expect(await create(service)).toMatchObject({ code: 9019, message: expect.stringContaining('s3 and local') })
    }
  })

  test('has a name of its own', async () => {
    const { name } = await make(bucket())
    expect((await kim.post('/storage/volumes', { name, service: bucket() })).body.code).toBe(9010)
  })

  test('is edited leaf by leaf', async () => {
    const { href } = await make(bucket(), { description: 'before' })
    const edited = await kim.patch(href, {
      description: 'after',
      access_mode: 'ro',
      service: { bucket: 'cooked', properties: { aws_storage_class: 'GLACIER' } },
    })
    expect(edited.body).toMatchObject({
      description: 'after',
      access_mode: 'RO',
      service: {
        bucket: 'cooked',
        prefix: 'a/',
        credentials: { access_key_id: 'AKIA' },
        properties: { aws_storage_class: 'GLACIER' },
        export_enabled: false,
      },
    })
    const moved = await kim.patch(href, { service: { root_url: 'https://s3.amazonaws.com' } })
    expect(moved.body.service).toMatchObject({ bucket: 'cooked', endpoint: 'https://s3.amazonaws.com' })
    expect((await kim.patch(href, { service: { type: 'local', path: allowed } })).body.code).toBe(9017)
    expect((await kim.patch(href, { service: { endpoint: 'http://10.0.0.1' } })).body.code).toBe(9103)
    expect((await kim.patch(href, { access_mode: 'none' })).body.code).toBe(9015)
    expect((await kim.patch(href, { active: 'perhaps' })).body.code).toBe(9011)
  })

  test('is deleted when it is inactive, and gone then', async () => {
    const { href } = await make(bucket())
    expect(await codes(kim.delete(href))).toEqual([[409, 90007]])
    expect((await kim.patch(href, { active: 'False' })).body.active).toBe(false)
    expect((await kim.delete(href)).status).toBe(204)
    expect(await codes(kim.get(href))).toEqual([[404, 9007]])
  })
})

test('secrets are in no row as they are, and their key lies beside the database for its owner alone', async () => {
  await make(bucket())
  const rows = await api.database.read.selectFrom('volumes').selectAll().execute()
  expect(JSON.stringify(rows)).not.toContain(SECRET)
  const key = join(dirname(api.uploadsFolder), 'volume-key')
  expect((await stat(key)).mode & 0o777).toBe(0o600)
  expect(await readFile(key)).toHaveLength(32)
})

test('a bucket that does not answer is told as such, without what was sent', async () => {
  const { href } = await make(bucket())
  const answer = await kim.get(`${href}/list`)
  expect(answer).toMatchObject({ status: 400, body: { code: 9000, message: expect.stringContaining('ECONNREFUSED') } })
  expect(answer.text).not.toContain(SECRET)
})

describe('a local folder', () => {
  test('must lie in one that the operator allowed, also behind links, and not be the data folder', async () => {
    await symlink(outside, join(allowed, 'leads-out'))
    const create = async (path: string) =>
      (await kim.post('/storage/volumes', { name: fresh(), service: { type: 'local', path } })).body.code
    expect(await create(outside)).toBe(9103)
    expect(await create(join(allowed, 'leads-out'))).toBe(9103)
    expect(await create(join(allowed, '..'))).toBe(9103)
    expect(await create(join(allowed, 'not-there'))).toBe(9103)
    const whole = await startApi({}, { allowPaths: ['/'] })
    try {
      const user = await whole.user('kim')
      const path = dirname(whole.uploadsFolder)
      for (const each of [path, join(path, 'store'), dirname(path)]) {
        const service = { type: 'local', path: each }
        expect((await user.post('/storage/volumes', { name: fresh(), service })).body.code).toBe(9103)
      }
    } finally {
      await whole.close()
    }
  })

  test('is browsed level by level, in pages whose links carry the rest', async () => {
    const { volume } = await folder({ 'a.txt': 'one', 'b/c.txt': 'two', 'b/d/e.txt': 'three', 'c.txt': '', 'é f': 'x' })
    const first = (await kim.get(`${volume.href}/list?limit=2`)).body
    const item = (location: string, encoded = location) => ({
      href: `${volume.href}/object?location=${encoded}`,
      location,
      volume: volume.id,
      type: 'local',
    })
    expect(first).toEqual({
      href: `${volume.href}/list?limit=2`,
      items: [item('a.txt')],
      prefixes: [{ href: `${volume.href}/list?prefix=b%2F`, prefix: 'b/', volume: volume.id }],
      links: [{ next: expect.stringContaining(`${volume.href}/list?limit=2&continuation_token=`) }],
    })
    const { next } = first.links[0] as unknown as { next: string }
    const second = (await kim.get(next)).body
    expect(second).toMatchObject({ items: [item('c.txt'), item('é f', '%C3%A9%20f')], prefixes: [], links: [] })
    const deeper = (await kim.get(String((first.prefixes as { href: string }[])[0]!.href))).body
    expect(deeper).toMatchObject({ items: [item('b/c.txt', 'b%2Fc.txt')], prefixes: [{ prefix: 'b/d/' }] })
    expect((await kim.get(`${volume.href}/list?prefix=c`)).body.items).toEqual([item('c.txt')])
    expect((await kim.get(`${volume.href}/list?prefix=nothing/`)).body).toMatchObject({ items: [], prefixes: [] })
    const whole = (await kim.get(`${volume.href}/list?fields=_all&prefix=a`)).body.items
    const metadata = { size: 3, etag: expect.any(String), last_modified: expect.stringMatching(/Z$/) }
    expect(whole).toEqual([{ ...item('a.txt'), metadata }])
    expect((await kim.get(String(whole[0]!.href))).body).toEqual(whole[0])
  })

  test('shows nothing that is not its own', async () => {
    const { path, volume } = await folder({ 'in/file': 'x' })
    await writeFile(join(outside, 'secret'), 'x')
    await symlink(join(outside, 'secret'), join(path, 'link'))
    await symlink(outside, join(path, 'folder-link'))
    await symlink(join(path, 'in/file'), join(path, 'inner-link'))
    await symlink('/dev/null', join(path, 'device'))
    const list = (await kim.get(`${volume.href}/list`)).body
    expect(list.items.map(each => each.location)).toEqual(['inner-link'])
    expect((list.prefixes as { prefix: string }[]).map(each => each.prefix)).toEqual(['in/'])
    const object = async (location: string) =>
      (await kim.get(`${volume.href}/object?location=${encodeURIComponent(location)}`)).body.code
    expect(await object('link')).toBe(9103)
    expect(await object('folder-link/secret')).toBe(9103)
    expect(await object('../secret')).toBe(9103)
    // below the root of the volume
    expect(await object('/etc/passwd')).toBe(9105)
    expect(await object('/../secret')).toBe(9103)
    expect(await object('in')).toBe(9105)
    expect(await object('in/none')).toBe(9105)
    expect((await kim.get(`${volume.href}/object`)).body.code).toBe(9011)
    expect((await kim.get(`${volume.href}/list?prefix=folder-link/`)).body.code).toBe(9103)
    expect((await kim.get(`${volume.href}/list?prefix=../`)).body.code).toBe(9103)
  })

  test('stands behind a prefix', async () => {
    const { path } = await folder({ 'run1/a.txt': 'x', 'run1/deep/b.txt': 'x', 'run2/c.txt': 'x' })
    const { href } = await make({ type: 'local', path, prefix: 'run1/' })
    const list = (await kim.get(`${href}/list`)).body
    expect(list.items.map(each => each.location)).toEqual(['a.txt'])
    expect(list.prefixes).toMatchObject([{ prefix: 'deep/' }])
    expect((await kim.get(`${href}/object?location=deep/b.txt`)).body.location).toBe('deep/b.txt')
  })

  test('that is inactive is not browsed, and stays editable', async () => {
    const { volume } = await folder({ 'a.txt': 'x' })
    await kim.patch(volume.href, { active: false })
    expect(await codes(kim.get(`${volume.href}/list`), kim.get(`${volume.href}/object?location=a.txt`))).toEqual([
      [400, 9103],
      [400, 9103],
    ])
    expect((await kim.patch(volume.href, { description: 'asleep' })).body.description).toBe('asleep')
    await kim.patch(volume.href, { active: true })
    expect((await kim.get(`${volume.href}/list`)).body.items).toHaveLength(1)
  })
})

describe('members', () => {
  test('see a volume, and do with it what they may', async () => {
    const { volume } = await folder({ 'a.txt': 'x' })
    const members = `${volume.href}/members`
    expect(await codes(lee.get(volume.href), lee.get(members), lee.get(`${volume.href}/list`))).toEqual(
      Array(3).fill([404, 9007]),
    )
    const added = await kim.post(members, { username: 'lee', permissions: { copy: 'True', execute: true } })
    expect(added.status).toBe(201)
    expect(added.body).toEqual({
      href: `${members}/lee`,
      id: 'lee',
      username: 'lee',
      email: expect.any(String),
      type: 'USER',
      permissions: { read: true, copy: true, write: false, admin: false },
    })
    expect((await lee.get(members)).body.items.map(each => each.id)).toEqual(['kim', 'lee'])
    expect((await lee.get('/storage/volumes')).body.items.map(each => each.id)).toContain(volume.id)
    expect((await lee.get(`${volume.href}/list`)).status).toBe(200)
    expect(
      await codes(
        lee.patch(volume.href, { active: false }),
        lee.delete(volume.href),
        lee.post(members, { username: 'kim' }),
        lee.patch(`${members}/lee/permissions`, { admin: true }),
        lee.delete(`${members}/lee`),
      ),
    ).toEqual(Array(5).fill([403, 9020]))
    expect((await kim.get(`${members}/lee`)).body).toEqual(added.body)
    const permissions = `${members}/lee/permissions`
    expect((await kim.patch(permissions, { write: true })).body).toEqual({
      read: true,
      copy: true,
      write: true,
      admin: false,
    })
    expect((await kim.put(permissions, { write: true })).body.code).toBe(3013)
    expect((await kim.put(permissions, { read: true, copy: false, write: false, admin: false })).body).toEqual(
      (await lee.get(permissions)).body,
    )
    expect((await kim.patch(permissions, {})).body.code).toBe(3011)
    expect((await kim.delete(`${members}/lee`)).status).toBe(204)
    expect(await codes(lee.get(volume.href))).toEqual([[404, 9007]])
  })

  test('are not the owner, not there, or there already', async () => {
    const { href } = await make(bucket())
    expect(
      await codes(
        kim.delete(`${href}/members/kim`),
        kim.patch(`${href}/members/kim/permissions`, { admin: false }),
        kim.get(`${href}/members/lee`),
        kim.post(`${href}/members`, { username: 'nobody' }),
        kim.post(`${href}/members`, { username: 'kim' }),
        kim.post(`${href}/members`, {}),
      ),
    ).toEqual([
      [403, 9020],
      [403, 9020],
      [404, 9012],
      [404, 2002],
      [409, 90007],
      [400, 3005],
    ])
  })
})
