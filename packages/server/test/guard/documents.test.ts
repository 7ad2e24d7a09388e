import { afterAll, beforeAll, expect, test } from 'vitest'
import { Client } from '../support/api.ts'
import { TOOL } from '../support/documents.ts'
import { aside, beside, expectUnharmed } from '../support/guard.ts'
import { type GuardFixture, guardFixture } from '../support/guard-fixture.ts'

let t: GuardFixture

beforeAll(async () => {
  t = await guardFixture()
})
afterAll(() => t.api.close())

/** What takes long to read: very many small values, up to what a document may have. */
const large = (number: number) => ({
  url: `/apps/${t.project}/large-${number}/raw`,
  method: 'POST',
  body: { ...TOOL, doc: 'x'.repeat(6 * 2 ** 20), 'x:values': Array(30_000).fill(number) },
})

test("large documents of one user don't keep another one's small app waiting", async () => {
  const kim = new Client(t.second.base, t.second.token)
  const small = (number: number) => ({
    url: `/apps/${t.second.project}/small-${number}/raw`,
    method: 'POST',
    body: TOOL,
  })
  const found = await beside(t.second, async () => {
    let ended = false
    const hostile = aside(t.mallory, [large(1), large(2), large(3), large(4)]).finally(() => {
      ended = true
    })
    const times: number[] = []
    for (let number = 0; !ended; number++) {
      const began = performance.now()
      expect((await kim.call(small(number).url, small(number))).status).toBe(201)
      times.push(performance.now() - began)
    }
    return { hostile: await hostile, slowest: Math.max(...times), count: times.length }
  })
  expectUnharmed(found, 'large documents')
  const { slowest, count, hostile } = found.result
  const seen = hostile.map(({ status, ms }) => `${status} after ${Math.round(ms)} ms`).join(', ')
  const figures = `small apps: slowest ${Math.round(slowest)} ms of ${count}; large ones: ${seen}`
  console.info(figures)
  // in one line it would have waited for all of them
  expect(slowest, figures).toBeLessThan(Math.max(...hostile.map(({ ms }) => ms)) / 2)
  // on a busy machine one may be over its time
  for (const { status, start } of hostile) {
    if (status !== 201) expect([status, start]).toEqual([400, expect.stringContaining('takes longer than')])
  }
}, 180_000)

test('too many documents of one user are refused, and one of another user is read beside them', async () => {
  const calls = Array.from({ length: 14 }, (_, number) => ({
    url: `/apps/${t.project}/many-${number}/raw`,
    method: 'POST',
    body: `${JSON.stringify(TOOL).slice(0, -1)}, "doc": "${'x'.repeat(2 ** 20)}"}`,
  }))
  const answers = await aside(t.mallory, calls)
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(0)
  expect(JSON.parse(refused[0]!.start)).toMatchObject({
    code: 1000,
    message: expect.stringContaining('more than 8 calls (limit waiting-documents)'),
  })
  expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThanOrEqual(9)
  expect(answers.filter(({ status }) => status >= 500)).toEqual([])
}, 120_000)
