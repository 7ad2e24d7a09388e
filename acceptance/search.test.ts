import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, expected } from './call.ts'
import { Client } from './client.ts'
import type { Json } from './exchange.ts'
import { refused } from './refused.ts'
import { type Server, serve } from './server.ts'

/** Many files, read on by tokens instead of offsets, and found by a query. */
let server: Server
let kim: Client
let project: Json
let folder: Json

beforeAll(async () => {
  server = await serve()
  kim = new Client(server)
  project = await kim.post('/projects', { name: 'Search' })
  folder = await kim.post('/files', { name: 'reads', type: 'folder', project: project.id })
  for (const [name, sample] of [
    ['a.bam', 'S1'],
    ['b.bam', 'S1'],
    ['c.bam', 'S2'],
  ] as const) {
    const { href } = await kim.upload(folder.id, name, name)
    await kim.patch(href, { metadata: { sample_id: sample }, tags: [sample] })
  }
})
afterAll(() => server.close())

const names = (items: Json[]) => items.map(({ name }) => name).sort()

/** As Python: `token=init` first, then the next link, each with the header and a null for a body. */
async function scroll(path: string): Promise<Json[]> {
  const headers = {
    'X-SBG-Auth-Token': server.token,
    'X-SBG-Advance-Access': 'Advance',
    'Content-Type': 'application/json',
  }
  const items: Json[] = []
  for (let url: string | undefined = server.url + path; url !== undefined; ) {
    const page = await expected(call(url, { headers, raw: 'null' }), 200)
    expect(String(page.headers['x-total-matching-query'])).toMatch(/^-?\d+$/)
    items.push(...page.body.items)
    url = page.body.links.find(({ rel }) => rel === 'next')?.href
  }
  return items
}

test('a folder, and a project, are scrolled through by tokens', async () => {
  for (const path of [`/files/${folder.id}/scroll?token=init`, `/files/scroll?parent=${folder.id}&token=init`]) {
    for (const limit of [1, 2, 100])
      expect(names(await scroll(`${path}&limit=${limit}&fields=_all`))).toEqual(['a.bam', 'b.bam', 'c.bam'])
  }
  const whole = await scroll(`/files/scroll?project=${encodeURIComponent(project.id)}&token=init&limit=1`)
  expect(names(whole)).toEqual(['reads'])
})

test('names and tags narrow a scroll down; metadata and an offset do not go with it', async () => {
  expect(names(await scroll(`/files/scroll?parent=${folder.id}&token=init&tag=S1&name=a.bam&name=c.bam`))).toEqual([
    'a.bam',
  ])
  expect(
    await scroll(`/files/scroll?parent=${folder.id}&token=init&origin.task=00000000-0000-4000-8000-000000000000`),
  ).toEqual([])
  for (const wrong of ['offset=1', 'metadata.sample_id=S1']) {
    const { status } = await kim.ask('GET', `/files/scroll?parent=${folder.id}&token=init&${wrong}`)
    expect(status, wrong).toBe(400)
  }
  const { status } = await kim.ask('GET', `/files/scroll?parent=${folder.id}&token=garbled`)
  expect(status).toBe(400)
})

async function search(query: string, more = ''): Promise<Json[]> {
  const { body, headers } = await expected(kim.ask('POST', `/files/search${more}`, { query }), 200)
  const { count, result_set, cont_token } = body as unknown as {
    count: number
    result_set: Json[]
    cont_token?: unknown
  }
  expect(count).toBe(result_set.length)
  if (cont_token !== undefined && cont_token !== null) expect(cont_token).toBeTypeOf('string')
  expect(headers['content-type']).toMatch(/^application\/json/)
  return result_set
}

test('files are found in a project by type, name, tag and metadata', async () => {
  const place = `IN "${project.id}"`
  expect(names(await search(`${place} WHERE type = "FILE"`))).toEqual(['a.bam', 'b.bam', 'c.bam'])
  expect(names(await search(`${place} WHERE type = "FILE" AND metadata.sample_id = "S1"`))).toEqual(['a.bam', 'b.bam'])
  expect(names(await search(`${place} WHERE name = "c.bam"`))).toEqual(['c.bam'])
  const [found] = await search(`${place} WHERE type = "FILE" AND tags = "S2"`)
  expect(found).toMatchObject({
    id: expect.stringMatching(/^[0-9a-f]{24}$/),
    type: 'FILE',
    metadata: { sample_id: 'S2' },
    tags: ['S2'],
  })
  expect(await search(`${place} WHERE type = "FILE" LIMIT 1`)).toHaveLength(1)
})

test('a search goes on by its token', async () => {
  const query = `IN "${project.id}" WHERE type = "FILE"`
  const found: string[] = []
  let token = ''
  for (let pages = 0; pages < 5; pages++) {
    const more = token === '' ? '?limit=2' : `?limit=2&cont_token=${encodeURIComponent(token)}`
    const { body } = await expected(kim.ask('POST', `/files/search${more}`, { query }), 200)
    found.push(...(body.result_set as Json[]).map(({ name }) => name))
    token = String(body.cont_token ?? '')
    if (token === '' || (body.result_set as Json[]).length === 0) break
  }
  expect(found.sort()).toEqual(['a.bam', 'b.bam', 'c.bam'])
})

test('a query that is none is refused, and a place that one may not see has nothing', async () => {
  for (const query of ['WHERE', 'DROP TABLE files', '']) {
    const { status } = await kim.ask('POST', '/files/search', { query })
    expect(status, query).toBe(400)
  }
  const lee = new Client(server, await server.addUser('lee'))
  const answer = await lee.ask('POST', '/files/search', { query: `IN "${project.id}" WHERE type = "FILE"` })
  if (answer.status === 200) expect(answer.body.result_set).toEqual([])
  else await refused(Promise.resolve(answer), answer.status, Number(answer.body.code))
})
