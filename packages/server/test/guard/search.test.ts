import { afterAll, beforeAll, expect, test } from 'vitest'
import { newFileId } from '../../src/ids.ts'
import { aside, beside, expectUnharmed } from '../support/guard.ts'
import { type GuardFixture, guardFixture } from '../support/guard-fixture.ts'
import type { Aside } from '../support/guard-messages.ts'
import { plantFiles } from '../support/plant.ts'

const FILES = 30_000

let t: GuardFixture

/** Fills the hostile user's project: every file has sample `s`, type `t` and a number. */
beforeAll(async () => {
  t = await guardFixture({ limits: { 'search-seconds': 1 } })
  const { root_folder } = (await t.mallory.get(`/projects/${t.project}`)).body
  const times = { created: Date.now(), modified: Date.now() }
  for (let from = 0; from < FILES; from += 1000) {
    const numbers = Array.from({ length: 1000 }, (_, i) => from + i)
    const rows = numbers.map(number => ({
      id: newFileId(),
      project: t.project,
      parent: root_folder,
      type: 'file' as const,
      name: `file-${number}`,
      content: null,
      size: 1,
      origin_task: null,
      tags: '["a"]',
      metadata: JSON.stringify({ sample: 's', type: 't', number: String(number) }),
      ...times,
    }))
    await plantFiles(t.api.database, rows)
  }
}, 120_000)
afterAll(() => t.api.close())

/** Found, or ended since it was over its time: on a busy machine one may be. */
function expectFound({ status, start }: Aside, count?: number): void {
  if (status !== 200) expect([status, start]).toEqual([400, expect.stringContaining('(limit search-seconds)')])
  else if (count !== undefined) expect(JSON.parse(start).count).toBe(count)
}

const terms = (count: number, one: (index: number) => string, word: string) =>
  Array.from({ length: count }, (_, index) => one(index)).join(` ${word} `)

const query = (condition: string) => ({
  url: '/files/search',
  method: 'POST',
  body: { query: `IN "${t.project}" WHERE ${condition}` },
})

/** What no index and no look at a file's own columns makes shorter: true for each file but for the last pair. */
const slow = (count: number) =>
  query(
    `${terms(count / 2 - 1, i => `(metadata.sample = "s" OR metadata.k${i} = "x")`, 'AND')} AND (metadata.a = "b" OR metadata.c = "d")`,
  )

test('searches with a hundred metadata terms hold nobody up', async () => {
  const found = await beside(t.second, () =>
    aside(t.mallory, [
      query(terms(100, i => `metadata.k${i} = "none"`, 'OR')),
      query(terms(100, i => `metadata.k${i} != "none"`, 'AND').replace('metadata.k99 != "none"', 'size < 1')),
      slow(20),
    ]),
  )
  expectUnharmed(found, 'three searches')
  for (const answer of found.result) expectFound(answer, 0)
}, 120_000)

test('a search over its time is ended with a clear refusal', async () => {
  const found = await beside(t.second, () => aside(t.mallory, [slow(100)]))
  expectUnharmed(found, 'a slow search')
  const [{ status, start }] = found.result as [(typeof found.result)[0]]
  expect([status, JSON.parse(start)]).toEqual([
    400,
    expect.objectContaining({
      code: 90000,
      message: expect.stringContaining('more than 1 seconds (limit search-seconds)'),
    }),
  ])
}, 120_000)

test('many searches of one user are taken one at a time, and over a number refused', async () => {
  const found = await beside(t.second, () => aside(t.mallory, Array(40).fill(slow(8))))
  expectUnharmed(found, 'forty searches')
  const refused = found.result.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(0)
  expect(JSON.parse(refused[0]!.start)).toMatchObject({
    code: 1000,
    message: expect.stringContaining('waiting-calls'),
  })
  expect(new Set(found.result.map(({ status }) => status))).not.toContain(500)
}, 300_000)

test('lists by many filters are bounded, and the limit is named', async () => {
  const many = (key: string, count: number) => terms(count, i => `${key}${i}=x`, '&').replaceAll(' ', '')
  const answers = await aside(t.mallory, [
    { url: `/files?project=${t.project}&${many('metadata.k', 101)}` },
    { url: `/files?project=${t.project}&${terms(101, i => `tag=t${i}`, '&').replaceAll(' ', '')}` },
    { url: `/files?project=${t.project}&${terms(1001, i => `name=t${i}`, '&').replaceAll(' ', '')}` },
    query(`metadata.k IN (${Array.from({ length: 1001 }, (_, i) => `"${i}"`).join()})`),
    { url: `/apps?q=${Array.from({ length: 101 }, (_, i) => `w${i}`).join('%20')}` },
    { url: `/projects?${terms(101, i => `tags=t${i}`, '&').replaceAll(' ', '')}` },
  ])
  expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(400))
  const limits = answers.map(({ start }) => /\(limit ([a-z-]+)\)/.exec(start)?.[1])
  expect(limits).toEqual([
    'search-terms',
    'search-terms',
    'search-values',
    'search-values',
    'search-terms',
    'search-terms',
  ])
})

test('lists by filters of one user hold nobody up', async () => {
  const list = { url: `/files?project=${t.project}&${terms(100, i => `metadata.k${i}=x`, '&').replaceAll(' ', '')}` }
  const tags = { url: `/files?project=${t.project}&${terms(100, i => `tag=t${i}`, '&').replaceAll(' ', '')}` }
  const all = { url: `/files?project=${t.project}&metadata.sample=s&metadata.type=t&offset=29000` }
  const found = await beside(t.second, () => aside(t.mallory, [list, tags, all, tags, all, list]))
  expectUnharmed(found, 'lists by filters')
  for (const answer of found.result) expectFound(answer)
}, 120_000)
