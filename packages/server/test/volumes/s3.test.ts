import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, type Client, codes, type Json, send, startApi } from '../support/api.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { COUNTING, WholeServer } from '../support/server.ts'
import { exported, imported, runTransfers } from '../support/transfers.ts'

const real = await startGateway()
if (typeof real === 'string') console.log(`Tests of volumes on S3 are skipped: ${real}.`)
afterAll(() => (typeof real === 'string' ? undefined : real.stop()))

describe.skipIf(typeof real === 'string')('a bucket', () => {
  const gateway = real as Gateway
  let api: Api
  let kim: Client

  beforeAll(async () => {
    api = await startApi()
    kim = await api.user('kim')
    await gateway.bucket('raw', {
      'top.txt': 'top',
      'run1/': '',
      'run1/a.txt': 'one',
      'run1/b c.txt': 'two',
      'run1/deep/d.txt': 'three',
      'run2/e.txt': 'x'.repeat(100_000),
    })
  })
  afterAll(() => api.close())

  let count = 0
  const volume = async (more: object = {}, fields: object = {}) => {
    const { endpoint, credentials } = gateway
    const service = { type: 's3', bucket: 'raw', endpoint, credentials, ...more }
    return (await kim.post('/storage/volumes', { name: `s3_${++count}`, service, ...fields })).body
  }
  const locations = (items: object[]) => items.map(item => (item as { location: string }).location)

  test('is browsed by prefixes, in pages', async () => {
    const { href, id } = await volume()
    const first = (await kim.get(`${href}/list?limit=2&fields=_all`)).body
    expect(first.prefixes).toEqual([
      { href: `${href}/list?prefix=run1%2F`, prefix: 'run1/', volume: id },
      { href: `${href}/list?prefix=run2%2F`, prefix: 'run2/', volume: id },
    ])
    const { next } = first.links[0] as unknown as { next: string }
    const second = (await kim.get(next)).body
    expect(second).toMatchObject({ prefixes: [], links: [] })
    expect(second.items).toEqual([
      {
        href: `${href}/object?location=top.txt`,
        location: 'top.txt',
        volume: id,
        type: 's3',
        metadata: {
          size: 3,
          etag: expect.stringMatching(/^[0-9a-f]{32}$/),
          last_modified: expect.stringMatching(/Z$/),
        },
      },
    ])
    const inside = (await kim.get(`${href}/list?prefix=run1/`)).body
    expect(locations(inside.items)).toEqual(['run1/a.txt', 'run1/b c.txt'])
    expect((await kim.get(String(inside.items[1]!.href))).body.metadata).toMatchObject({ size: 3 })
  })

  test('stands behind a prefix', async () => {
    const { href } = await volume({ prefix: 'run1/' })
    const list = (await kim.get(`${href}/list`)).body
    expect(locations(list.items)).toEqual(['a.txt', 'b c.txt'])
    expect(list.prefixes).toMatchObject([{ prefix: 'deep/' }])
  })

  test('that is missing, refuses the credentials or lacks the object says so', async () => {
    const wrong = { ...gateway.credentials, secret_access_key: 'wrong' }
    const strange = await volume({ bucket: 'No:Bucket?' })
    expect((await kim.get(`${strange.href}/list`)).body.code).toBe(9103)
    const [missing, refused, there] = [
      await volume({ bucket: 'none' }),
      await volume({ credentials: wrong }),
      await volume(),
    ]
    expect(
      await codes(
        kim.get(`${missing.href}/list`),
        kim.get(`${missing.href}/object?location=a`),
        kim.get(`${refused.href}/list`),
        kim.get(`${refused.href}/object?location=top.txt`),
        kim.get(`${there.href}/object?location=none.txt`),
      ),
    ).toEqual([
      [400, 9103],
      [400, 9103],
      [403, 9001],
      [403, 9001],
      [404, 9105],
    ])
    expect((await kim.patch(refused.href, { service: { credentials: gateway.credentials } })).status).toBe(200)
    expect((await kim.get(`${refused.href}/list`)).body.items).toHaveLength(1)
  })

  describe('in transfers', () => {
    let project: string
    beforeAll(async () => {
      project = await kim.project('Transfers')
    })

    test('a file is imported and read through the gateway, whole and in ranges', async () => {
      const { id, href } = await volume({ prefix: 'run2/' })
      const job = await imported(kim, { source: { volume: id, location: 'e.txt' }, destination: { project } })
      const file = job.result as Json
      expect(file).toMatchObject({ size: 100_000, storage: { type: 'VOLUME', volume: id, location: 'e.txt' } })
      const { url } = (await kim.get(`/files/${file.id}/download_info`)).body
      const whole = await send(url)
      expect([whole.status, whole.bytes.length, whole.headers['content-length']]).toEqual([200, 100_000, '100000'])
      expect(whole.headers['content-disposition']).toContain('filename="e.txt"')
      const part = await send(url, { headers: { Range: 'bytes=99990-200000' } })
      expect([part.status, part.text, part.headers['content-range']]).toEqual([
        206,
        'x'.repeat(10),
        'bytes 99990-99999/100000',
      ])
      await kim.patch(href, { active: false })
      expect(await codes(send(url), kim.get(`/files/${file.id}/download_info`))).toEqual([
        [400, 5034],
        [400, 5034],
      ])
      await kim.patch(href, { active: true, service: { credentials: { secret_access_key: 'wrong' } } })
      expect(await codes(send(url))).toEqual([[403, 9001]])
    })

    test('an object that was written anew is not given as the old one', async () => {
      const bucket = await gateway.bucket('changing', { 'a.txt': 'before' })
      const { id } = await volume({ bucket })
      const job = await imported(kim, { source: { volume: id, location: 'a.txt' }, destination: { project } })
      const { url } = (await kim.get(`/files/${(job.result as Json).id}/download_info`)).body
      expect((await send(url)).text).toBe('before')
      await gateway.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'a.txt', Body: 'after!' }))
      expect(await codes(send(url))).toEqual([[404, 9109]])
      await gateway.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'a.txt' }))
      expect(await codes(send(url))).toEqual([[404, 9109]])
    })

    test('a folder is imported with what lies deep in it', async () => {
      const { id } = await volume()
      const job = await imported(kim, { source: { volume: id, location: 'run1/' }, destination: { project } })
      const list = async (folder: string) =>
        (await kim.get(`/files/${folder}/list`)).body.items.map(({ name }) => name).sort()
      expect(await list((job.result as Json).id)).toEqual(['a.txt', 'b c.txt', 'deep'])
    })

    const object = async (bucket: string, key: string) => {
      const found = await gateway.client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
      return {
        bytes: Buffer.from(await found.Body!.transformToByteArray()),
        etag: found.ETag,
        metadata: found.Metadata,
      }
    }

    test('files are exported, small ones by one request and large ones in parts', async () => {
      const bucket = await gateway.bucket('exports')
      const { id } = await volume({ bucket, prefix: 'out/' })
      const large = randomBytes(40 * 2 ** 20)
      const files = { empty: Buffer.alloc(0), small: Buffer.from('small'), large }
      for (const [location, data] of Object.entries(files)) {
        const file = await kim.upload({ project }, location, data)
        const job = await exported(kim, { source: { file }, destination: { volume: id, location } })
        expect(job).toMatchObject({ state: 'COMPLETED', result: { id: file, storage: { type: 'VOLUME', location } } })
        const { bytes, etag } = await object(bucket, `out/${location}`)
        expect(bytes.equals(data)).toBe(true)
        expect(etag).toMatch(location === 'large' ? /-3"$/ : /^"[0-9a-f]{32}"$/)
        const { url } = (await kim.get(`/files/${file}/download_info`)).body
        expect((await send(url)).bytes.equals(data)).toBe(true)
      }
      const file = await kim.upload({ project }, 'other', 'other')
      const body = { source: { file }, destination: { volume: id, location: 'small' } }
      expect(await exported(kim, body)).toMatchObject({ state: 'FAILED', error: { code: 9107 } })
      expect((await exported(kim, { ...body, overwrite: true })).state).toBe('COMPLETED')
      expect((await object(bucket, 'out/small')).bytes.toString()).toBe('other')
      const pending = await gateway.client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
      expect(pending.Uploads ?? []).toEqual([])
    })

    test('a task takes files of the bucket as its inputs', async () => {
      const server = await WholeServer.start()
      try {
        const { endpoint, credentials } = gateway
        const service = { type: 's3', bucket: 'raw', endpoint, credentials }
        const { id } = (await server.admin.post('/storage/volumes', { name: 'raw', service })).body
        const place = await server.admin.project('Tasks')
        const app = await server.admin.app(place, 'count', COUNTING)
        const files = await Promise.all(
          ['run1/a.txt', 'run2/e.txt'].map(async location => {
            const job = await imported(server.admin, {
              source: { volume: id, location },
              destination: { project: place },
            })
            return { class: 'File', path: (job.result as Json).id }
          }),
        )
        const task = await server.run(place, app, { files })
        expect(task.status).toBe('COMPLETED')
        const { path } = (task.outputs as { counted: { path: string } }).counted
        const { url } = (await server.admin.get(`/files/${path}/download_info`)).body
        expect((await send(url)).text).toBe('one100000\n')
      } finally {
        await server.close()
      }
    })

    test('an export that is killed between two parts goes on with the parts that had arrived', async () => {
      const bucket = await gateway.bucket('killed')
      const { id } = await volume({ bucket })
      const data = randomBytes(70 * 2 ** 20)
      const file = await kim.upload({ project }, 'killed', data)
      const given = { export: { source: { file }, destination: { volume: id, location: 'killed' } } }
      const run = (failpoint: string, accepted: object = {}) =>
        runTransfers({ folder: dirname(api.uploadsFolder), allowed: '', failpoint, accepted })
      expect(await run('after-part:2', given)).toBe('SIGKILL')
      const [pending] = (await gateway.client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []
      const upload = { Bucket: bucket, Key: 'killed', UploadId: pending!.UploadId }
      const arrived = (await gateway.client.send(new ListPartsCommand(upload))).Parts!.map(part => part.LastModified)
      expect(arrived.length).toBeGreaterThanOrEqual(2)
      expect(await run('before-progress')).toBe('SIGKILL')
      expect(await run('')).toBe(null)
      expect((await object(bucket, 'killed')).bytes.equals(data)).toBe(true)
      const left = (await gateway.client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []
      expect(left).toEqual([])
      const row = await api.database.read
        .selectFrom('transfers')
        .selectAll()
        .orderBy('created', 'desc')
        .executeTakeFirstOrThrow()
      expect(row).toMatchObject({ state: 'COMPLETED', progress: pending!.UploadId, result: file })
      expect((await kim.get(`/files/${file}`)).body).toMatchObject({ storage: { type: 'VOLUME', location: 'killed' } })
    })

    test('an export that the bucket refuses fails, and leaves nothing', async () => {
      const wrong = { ...gateway.credentials, secret_access_key: 'wrong' }
      const [refused, missing, deaf] = [
        await volume({ credentials: wrong }),
        await volume({ bucket: 'none' }),
        await volume({ endpoint: 'http://127.0.0.1:9' }),
      ]
      const file = await kim.upload({ project }, 'stays', 'here')
      const fail = async (id: string) =>
        (await exported(kim, { source: { file }, destination: { volume: id, location: 'x' } })).error as unknown as Json
      expect(await fail(refused.id)).toMatchObject({ status: 403, code: 9002 })
      expect(await fail(missing.id)).toMatchObject({ code: 9103 })
      expect(await fail(deaf.id)).toMatchObject({ status: 503, code: 9100 })
      const source = { volume: refused.id, location: 'top.txt' }
      expect(await imported(kim, { source, destination: { project } })).toMatchObject({ error: { code: 9001 } })
      expect((await kim.get(`/files/${file}`)).body).toMatchObject({ storage: { type: 'PLATFORM' } })
    })
  })
})
