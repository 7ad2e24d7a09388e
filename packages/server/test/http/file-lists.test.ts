import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, type Client, codes, type Json, startApi } from '../support/api.ts'

let api: Api
let kim: Client
let project: string
let root: string
const ids: string[] = []

beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim')
  project = await kim.project('Lists')
  root = (await kim.get(`/projects/${project}`)).body.root_folder
  for (let n = 0; n < 7; n++) {
    const id = await kim.upload({ project }, `f${n}.txt`, 'x'.repeat(n))
    const metadata = { sample: `S${n % 3}`, platform: n < 6 ? 'ILLUMINA' : 'PACBIO', 'odd key': 'a "quoted" one' }
    await kim.patch(`/files/${id}`, { metadata, tags: [n % 2 ? 'odd' : 'even', 'all'] })
    ids.push(id)
  }
})
afterAll(() => api.close())

const numbers = (items: Json[]) => items.map(item => ids.indexOf(item.id))

test.each([
  ['name=f1.txt&name=f3.txt', [1, 3]],
  ['name=', []],
  ['tag=odd', [1, 3, 5]],
  ['tag=odd&tag=even&name=f0.txt', [0]],
  ['metadata.sample=S1', [1, 4]],
  ['metadata.sample=S1&metadata.sample=S2', [1, 2, 4, 5]],
  ['metadata.sample=S0&metadata.platform=PACBIO', [6]],
  ['metadata.sample=S0&metadata.platform=ILLUMINA&tag=odd', [3]],
  ['metadata.SAMPLE=S0', []],
  ['origin.task=nope', []],
  ['origin.dataset=nope', []],
])('a list of files with %s', async (query, expected) => {
  const { body, headers } = await kim.get(`/files?project=${project}&${query}`)
  expect(numbers(body.items)).toEqual(expected)
  expect(headers['x-total-matching-query']).toBe(String(expected.length))
})

test('there are no datasets to list', async () => {
  expect(await codes(kim.get('/files?dataset=kim/some'))).toEqual([[404, 90003]])
})

test('the files of a public project are listed, searched and copied by everybody, and changed by nobody else', async () => {
  const shown = await kim.project('Public data')
  const file = await kim.upload({ project: shown }, 'reference.fa', 'ACGT')
  const lee = await api.user('lee')
  expect(await codes(lee.get(`/files?project=${shown}`))).toEqual([[404, 3002]])
  await api.database.write(tx => tx.updateTable('projects').set({ public: 1 }).where('id', '=', shown).execute())
  expect((await lee.get(`/files?project=${shown}`)).body.items.map(item => item.id)).toEqual([file])
  expect((await lee.get(`/files/scroll?project=${shown}&token=init`)).body.items).toHaveLength(1)
  expect((await lee.post('/files/search', { query: `IN "${shown}"` })).body.count).toBe(1)
  const copy = await lee.post(`/files/${file}/actions/copy`, { project: await lee.project('Mine') })
  expect([copy.status, copy.body.name]).toEqual([201, 'reference.fa'])
  expect(
    await codes(
      lee.patch(`/files/${file}`, { name: 'x' }),
      lee.delete(`/files/${file}`),
      lee.post(`/files/${copy.body.id}/actions/copy`, { project: shown, name: 'y' }),
    ),
  ).toEqual([
    [403, 5001],
    [403, 5001],
    [403, 5001],
  ])
})

describe('scroll', () => {
  async function walk(path: string): Promise<number[]> {
    const seen: number[] = []
    for (let next: string | undefined = path; next; ) {
      const { status, headers, body } = await kim.get(next)
      expect([status, headers['x-total-matching-query']]).toEqual([200, path.includes('tag') ? '3' : '7'])
      seen.push(...numbers(body.items))
      expect(body.href).toContain('token=')
      next = body.links.find(link => link.rel === 'next')?.href
    }
    return seen
  }

  test.each([1, 2, 3, 7, 50])('in pages of %i everything comes once, in order', async limit => {
    expect(await walk(`/files/scroll?project=${project}&token=init&limit=${limit}`)).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(await walk(`/files/${root}/scroll?limit=${limit}`)).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(await walk(`/files/scroll?parent=${root}&tag=odd&limit=${limit}&offset=0`)).toEqual([1, 3, 5])
  })

  test('what is wrong with it', async () => {
    expect(
      await codes(
        kim.get('/files/scroll?token=init'),
        kim.get(`/files/scroll?project=${project}&token=garbage`),
        kim.get(`/files/scroll?project=${project}&token=init&offset=5`),
        kim.get(`/files/scroll?project=${project}&token=init&metadata.sample=S1`),
        kim.get(`/files/scroll?project=${project}&parent=${root}`),
        kim.get(`/files/${ids[0]}/scroll`),
        kim.get(`/files/0123456789abcdef01234567/scroll`),
      ),
    ).toEqual([
      [400, 5029],
      [400, 5033],
      [400, 5033],
      [400, 5033],
      [400, 5031],
      [400, 5022],
      [404, 5002],
    ])
  })
})

describe('search', () => {
  const search = (query: unknown, parameters = '') => kim.post(`/files/search${parameters}`, { query })
  const where = (condition: string) => `IN "${project}" WHERE ${condition}`

  test.each([
    ['type = "FILE"', [0, 1, 2, 3, 4, 5, 6]],
    ['type = "folder"', []],
    ['name = "f2.txt"', [2]],
    ['name != "f2.txt" AND size < 4', [0, 1, 3]],
    ['size >= 5 OR name IN ("f0.txt", "f1.txt")', [0, 1, 5, 6]],
    ['metadata.sample = "S1"', [1, 4]],
    ['metadata.sample != "S1" and metadata.platform = "ILLUMINA"', [0, 2, 3, 5]],
    ['metadata."odd key" = "a \\"quoted\\" one" AND size = 3', [3]],
    ['tags = "odd"', [1, 3, 5]],
    ['tags IN ("odd", "none") AND (size = 1 OR size = 3)', [1, 3]],
    ['tags != "odd" AND tags = "all"', [0, 2, 4, 6]],
    ['created_on > "2020-01-01" AND modified_on < "2020-01-01T00:00:00Z"', []],
    ['created_on >= "2020-01-01" AND size > 5', [6]],
    ['origin.task = "none"', []],
    ['origin.task != "none" AND size = 0', [0]],
  ])('%s', async (condition, expected) => {
    const { status, body, headers } = await search(where(condition))
    const found = body.result_set as Json[]
    expect([status, numbers(found), body.count]).toEqual([200, expected, expected.length])
    expect(headers['x-total-matching-query']).toBeUndefined()
    for (const file of found) expect(Object.keys(file).sort()).toEqual(['id', 'metadata', 'name', 'tags', 'type'])
  })

  test('folders are searched too, with what is in them, but not the root', async () => {
    const other = await kim.project('Deep')
    const folder = (await kim.post('/files', { project: other, name: 'inner', type: 'folder' })).body.id
    const deep = await kim.upload({ parent: folder }, 'deep.txt', 'x')
    const { body } = await search(`in "/Projects/${other}", "${project}" WHERE size = 1 OR type = "FOLDER" RECURSIVE`)
    expect((body.result_set as Json[]).map(file => [file.id, file.type])).toEqual([
      [ids[1], 'FILE'],
      [folder, 'FOLDER'],
      [deep, 'FILE'],
    ])
  })

  test('page by page, by parameters or in the query', async () => {
    const seen: number[] = []
    for (let token = ''; ; ) {
      const { body } = await search(`IN "${project}"`, `?limit=3&cont_token=${encodeURIComponent(token)}`)
      seen.push(...numbers(body.result_set as Json[]))
      token = String(body.cont_token)
      if (token === '') break
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6])
    const first = (await search(`IN "${project}" LIMIT 5`)).body
    expect(first.count).toBe(5)
    const second = (await search(`IN "${project}" LIMIT 5 TOKEN "${first.cont_token}"`)).body
    expect([numbers(second.result_set as Json[]), second.cont_token]).toEqual([[5, 6], ''])
  })

  test.each([
    ['', 1, 'IN was expected'],
    ['IN', 3, 'a project'],
    ['IN "nope"', 4, 'owner/project'],
    ['IN "a/b" WHERE', 15, 'a field'],
    ['IN "a/b" WHERE colour = "red"', 16, 'no field colour'],
    ['IN "a/b" WHERE constructor = "red"', 16, 'no field constructor'],
    ['IN "a/b" WHERE name "x"', 21, 'an operator'],
    ['IN "a/b" WHERE name < "x"', 21, 'only ='],
    ['IN "a/b" WHERE name = x', 23, 'a value'],
    ['IN "a/b" WHERE (name = "x"', 27, ') is missing'],
    ['IN "a/b" WHERE name IN "x"', 24, '( is missing'],
    ['IN "a/b" WHERE size = "big"', 23, 'number of bytes'],
    ['IN "a/b" WHERE created_on = "soon"', 29, 'a date'],
    ['IN "a/b" WHERE name = "x" XOR name = "y"', 27, 'XOR'],
    ['IN "a/b" LIMIT 0', 16, 'LIMIT'],
    ['IN "a/b" ; DROP TABLE files', 10, '";"'],
    ['IN "a/b', 4, '"\\""'],
    [`IN "a/b" WHERE ${'('.repeat(60)}`, 66, 'deeper'],
  ])('the mistake in %s is told with its position', async (query, position, message) => {
    const { status, body } = await search(query)
    expect([status, body.code]).toEqual([400, 90000])
    expect(body.message).toContain(`query: at position ${position}: `)
    expect(body.message).toContain(message)
  })

  test('what else is wrong with it', async () => {
    const many = Array.from({ length: 11 }, () => `"${project}"`).join(', ')
    expect(
      await codes(
        search(`IN "kim/nope"`),
        search(`IN "/Datasets/some"`),
        search(`IN ${many}`),
        search(`IN "${project}" TOKEN "garbage"`),
        search(`IN "${project}"`, '?limit=0'),
        search(7),
        search(`IN "${project}" WHERE ${Array(101).fill('size = 1').join(' OR ')}`),
        search('x'.repeat(10_001)),
      ),
    ).toEqual([[404, 3002], [404, 90003], ...Array(6).fill([400, 90000])])
  })
})
