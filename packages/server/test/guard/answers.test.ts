import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashed, storeHashed } from '../../src/database/values.ts'
import { TOOL } from '../support/documents.ts'
import { aside, beside, expectUnharmed } from '../support/guard.ts'
import { type GuardFixture, guardFixture } from '../support/guard-fixture.ts'
import { taskRow } from '../support/rows.ts'

/** As a server from before there was a limit kept them. */
const DRAFTS = 55
const NAMES = 7_900_000 / 20

let t: GuardFixture
let app: string
let ids: string[]

beforeAll(async () => {
  t = await guardFixture()
  app = await t.mallory.app(t.project, 'wc', TOOL)
  const rows = Array.from({ length: DRAFTS }, (_, number) => ({ project: t.project, app, name: `draft-${number}` }))
  ids = []
  const names = JSON.stringify({
    names: Array.from({ length: NAMES }, (_, index) => `0-${index}`.padEnd(17, 'x')),
  })
  for (const [number, fields] of rows.entries()) {
    const inputs = hashed(names.replace('0-0', `${number}-0`))
    const outputs = hashed('{}')
    const row = taskRow({ ...fields, created: number, inputs: inputs.hash, outputs: outputs.hash, started: null })
    ids.push(row.id)
    await t.api.database.write(async tx => {
      await storeHashed(tx, inputs, outputs)
      await tx.insertInto('tasks').values(row).execute()
    })
  }
}, 120_000)
afterAll(() => t.api.close())

interface Listed {
  items: { name: string; inputs: { names: string[] } }[]
  links: { rel: string; href: string }[]
}

test('pages of very large tasks are short, and lead to one another', async () => {
  const names: string[] = []
  let next: string | undefined = `/tasks?project=${t.project}&fields=_all&limit=100`
  for (let page = 0; next !== undefined && page < 3; page++) {
    const answer = await t.mallory.get(next)
    expect(answer.status).toBe(200)
    expect(answer.headers['x-total-matching-query']).toBe(String(DRAFTS))
    expect(answer.bytes.length).toBeLessThan(17 * 2 ** 20)
    const body = answer.body as unknown as Listed
    for (const { inputs } of body.items) expect(inputs.names).toHaveLength(NAMES)
    names.push(...body.items.map(item => item.name))
    next = body.links.find(link => link.rel === 'next')?.href
  }
  expect(names).toEqual(['draft-0', 'draft-1', 'draft-2', 'draft-3', 'draft-4', 'draft-5'])
  const last = await t.mallory.get(`/tasks?project=${t.project}&fields=inputs&limit=10&offset=54`)
  expect((last.body as unknown as Listed).links.map(({ rel }) => rel)).toEqual(['prev'])
  const light = await t.mallory.get(`/tasks?project=${t.project}&limit=100`)
  expect(light.body.items).toHaveLength(DRAFTS)
})

test('lists, gets and clones of very large tasks hold nobody up', async () => {
  const list = { url: `/tasks?project=${t.project}&fields=_all&limit=100` }
  const bulk = { url: '/bulk/tasks/get', method: 'POST', body: { task_ids: ids } }
  const one = { url: `/tasks/${ids[0]}` }
  const inputs = { url: `/tasks/${ids[1]}/inputs` }
  const clone = { url: `/tasks/${ids[2]}/actions/clone`, method: 'POST' }
  const found = await beside(t.second, () =>
    aside(t.mallory, [list, list, list, list, list, list, bulk, bulk, one, one, one, inputs, inputs, clone, clone]),
  )
  expectUnharmed(found, 'large tasks')
  const statuses = found.result.map(({ status }) => status)
  // what may be shown may be too much for another task
  expect(statuses).toEqual([...Array(13).fill(200), 400, 400])
  expect(found.result.at(-1)!.start).toContain(
    'inputs: all inputs together have more than 4 MiB (limit task-inputs-bytes)',
  )
  const { items } = JSON.parse((await t.mallory.post('/bulk/tasks/get', { task_ids: ids.slice(0, 3) })).text)
  expect(items.map((item: object) => Object.keys(item)[0])).toEqual(['resource', 'resource', 'error'])
  expect(items[2].error.message).toContain('limit answer-bytes')
}, 180_000)

test('large bodies hold nobody up, and have bounded values', async () => {
  const task = (inputs: object) => ({ url: '/tasks', method: 'POST', body: { project: t.project, app, inputs } })
  const many = task({ any: Array(270_000).fill(0) })
  const long = task({ names: ['x'.repeat(5 * 2 ** 20)] })
  const fits = task({ names: Array(100_000).fill('x'.repeat(30)) })
  const found = await beside(t.second, () =>
    aside(t.mallory, [...Array(8).fill(many), ...Array(8).fill(long), ...Array(8).fill(fits)]),
  )
  expectUnharmed(found, 'large bodies')
  const refusals = found.result.map(({ status, start }) => (status < 400 ? status : JSON.parse(start).message))
  expect(refusals).toEqual([
    ...Array(8).fill('The body has more than 250000 values (limit body-values).'),
    ...Array(8).fill('inputs: all inputs together have more than 4 MiB (limit task-inputs-bytes).'),
    ...Array(8).fill(201),
  ])
}, 120_000)

test('a single value that is too large for a list is refused with what to do', async () => {
  const small = await guardFixture({ limits: { 'answer-bytes': 1000 } })
  try {
    const tool = await small.mallory.app(small.project, 'wc', TOOL)
    const made = await small.mallory.post('/tasks', {
      project: small.project,
      app: tool,
      inputs: { names: ['x'.repeat(3000)] },
    })
    expect(made.status).toBe(201)
    const refused = await small.mallory.get(`/tasks?project=${small.project}&fields=_all`)
    expect([refused.status, refused.body.code]).toEqual([400, 90000])
    expect(refused.body.message).toContain(
      'more than 1000 bytes (limit answer-bytes): leave its values out (fields=!inputs,!outputs)',
    )
    const [without, alone] = await Promise.all([
      small.mallory.get(`/tasks?project=${small.project}&fields=_all,!inputs,!outputs`),
      small.mallory.get(`/tasks/${made.body.id}`),
    ])
    expect([without.status, alone.status]).toEqual([200, 200])
    expect(alone.body.inputs).toEqual({ names: ['x'.repeat(3000)] })
  } finally {
    await small.api.close()
  }
})
