import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, type Client, codes, startApi } from '../support/api.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'

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
})
