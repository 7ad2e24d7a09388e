import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Fields, parseFields, select, wants } from '../../src/http/fields.ts'
import { type Api, type Client, codes, startApi } from '../support/api.ts'

let api: Api
let kim: Client
let project: string
const COUNT = 23

beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim')
  project = await kim.project('Lists')
  for (let n = 0; n < COUNT; n++) await kim.post('/files', { project, name: `f${n}`, type: 'folder' })
})
afterAll(() => api.close())

const list = (query = '') => kim.get(`/files?project=${project}${query}`)

test('a list has its three keys, its total, and 50 items when not told otherwise', async () => {
  const { body, headers } = await list()
  expect(Object.keys(body)).toEqual(['href', 'items', 'links'])
  expect(body.items).toHaveLength(COUNT)
  expect(body.links).toEqual([])
  expect(headers['x-total-matching-query']).toBe(String(COUNT))
  expect(body.href).toBe(`${api.base}/files?project=${project}&limit=50&offset=0`)
})

test('following next from any page size shows every item once, in order; prev leads back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async limit => {
      const seen: string[] = []
      let page = await list(`&limit=${limit}&fields=name&name=`.replace('&name=', ''))
      expect(page.body.links.find(link => link.rel === 'prev')).toBeUndefined()
      for (;;) {
        expect(page.headers['x-total-matching-query']).toBe(String(COUNT))
        expect((await kim.get(page.body.href)).body).toEqual(page.body)
        seen.push(...page.body.items.map(item => item.name))
        const next = page.body.links.find(link => link.rel === 'next')
        if (!next) break
        expect(next.method).toBe('GET')
        const following = await kim.get(next.href)
        const prev = following.body.links.find(link => link.rel === 'prev')!
        expect((await kim.get(prev.href)).body.items).toEqual(page.body.items)
        page = following
      }
      expect(seen).toEqual(Array.from({ length: COUNT }, (_, n) => `f${n}`))
    }),
    { numRuns: 8 },
  )
})

test('links repeat the whole query, repeated keys and strange characters too', async () => {
  const { body } = await list('&name=f1&name=f2&name=a%20%26b%2F%C3%A9&limit=1&fields=id%2C!name')
  const query = `project=${project}&name=f1&name=f2&name=a%20%26b/%C3%A9&limit=1`
  expect(body.href).toBe(
    `${api.base}/files?${query}&offset=0&fields=id,!name`.replace(
      '&offset=0&fields=id,!name',
      '&fields=id,!name&offset=0',
    ),
  )
  const next = await kim.get(body.links[0]!.href)
  expect(next.body.items).toHaveLength(1)
})

test('more than 100 is 100; what is no number, or below the range, is 400', async () => {
  expect((await list('&limit=1000')).body.href).toContain('limit=100&')
  expect(
    await codes(
      list('&limit=0'),
      list('&limit=-1'),
      list('&limit=x'),
      list('&offset=-1'),
      list('&offset=1.5'),
      list('&limit='),
    ),
  ).toEqual(Array(6).fill([400, 90000]))
  expect((await list('&offset=1000')).body).toMatchObject({ items: [], links: [{ rel: 'prev' }] })
})

test('items are short unless fields are named; an object is whole', async () => {
  const keys = async (query: string) => Object.keys((await list(`&limit=1${query}`)).body.items[0]!).sort()
  expect(await keys('')).toEqual(['href', 'id', 'name', 'parent', 'project', 'type'])
  expect(await keys('&fields=id,name')).toEqual(['href', 'id', 'name'])
  expect(await keys('&fields=!name,!href')).toEqual(['href', 'id', 'parent', 'project', 'type'])
  expect(await keys('&fields=_all')).toContain('metadata')
  expect(await keys('&fields=_all,!metadata')).not.toContain('metadata')
  expect(await keys('&fields=nothing')).toEqual(['href'])
  const file = await kim.upload({ project: await kim.project('One') }, 'a', 'a')
  await kim.patch(`/files/${file}/metadata`, { a: '1', b: '2' })
  const one = async (fields: string) => (await kim.get(`/files/${file}?fields=${fields}`)).body
  expect(await one('metadata.a')).toEqual({ href: expect.any(String), metadata: { a: '1' } })
  expect(await one('id,metadata,!metadata.a,!origin')).toEqual({
    href: expect.any(String),
    id: file,
    metadata: { b: '2' },
  })
  expect(await one('!metadata.a')).toMatchObject({ metadata: { b: '2' }, name: 'a' })
  expect(await one('origin.task')).toEqual({ href: expect.any(String), origin: {} })
})

const name = fc.constantFrom(
  'id',
  'name',
  'href',
  'metadata',
  'metadata.a',
  'metadata.b.c',
  'none',
  '__proto__',
  'constructor',
)
const word = fc.oneof(
  fc.constant('_all'),
  name,
  name.map(each => `!${each}`),
)
const ITEM = { href: 'h', id: 'i', name: 'n', metadata: { a: 1, b: 2 }, tags: ['x'] }

test('a selection is a part of the item, keeps href, and has what it says', () => {
  const selections = fc.array(word, { maxLength: 6 }).map(words => parseFields(words.join(',')))
  const defaults = fc.option(fc.constant(['id', 'name']), { nil: undefined })
  fc.assert(
    fc.property(selections, defaults, (fields: Fields, some) => {
      const selected = select(fields, ITEM, some)
      expect(ITEM).toMatchObject(selected)
      expect(selected.href).toBe('h')
      for (const key of Object.keys(ITEM)) {
        expect(Object.hasOwn(selected, key)).toBe(wants(fields, key, some))
        if (key !== 'href' && fields.drop.includes(key)) expect(selected).not.toHaveProperty(key)
      }
      expect(select(fields, selected, some)).toEqual(selected)
    }),
  )
})
