import { afterAll, beforeAll, expect, test } from 'vitest'
import { TOOL } from '../support/documents.ts'
import { aside, beside, expectUnharmed } from '../support/guard.ts'
import { type GuardFixture, guardFixture } from '../support/guard-fixture.ts'

let t: GuardFixture

beforeAll(async () => {
  t = await guardFixture({ limits: { 'answer-bytes': 6 * 2 ** 20 } })
})
afterAll(() => t.api.close())

test('large documents hold nobody up, whole or in lists', async () => {
  const document = { ...TOOL, doc: 'x'.repeat(4 * 2 ** 20) }
  const apps = [await t.mallory.app(t.project, 'a', document), await t.mallory.app(t.project, 'b', document)]
  const list = { url: `/apps?project=${t.project}&fields=_all` }
  const containers = { url: '/action/internal/app_containers', method: 'POST', body: { projects: [t.project] } }
  const calls = [
    list,
    list,
    containers,
    { url: `/apps/${apps[0]}` },
    { url: `/apps/${apps[1]}/raw` },
    { url: `/apps/${apps[0]}/raw` },
  ]
  const found = await beside(t.second, () => aside(t.mallory, calls))
  expectUnharmed(found, 'large documents')
  expect(found.result.map(({ status }) => status)).toEqual(Array(6).fill(200))
  const raw = (await t.mallory.get(`/apps/${apps[0]}/raw`)).body as unknown as {
    doc: string
    'sbg:id': string
    class: string
  }
  expect([raw.doc.length, raw['sbg:id'], raw.class]).toEqual([4 * 2 ** 20, apps[0], 'CommandLineTool'])
  const page = (await t.mallory.get(`/apps?project=${t.project}&fields=_all`)).body
  expect(page.links.map(({ rel }) => rel)).toEqual(['next'])
}, 120_000)
