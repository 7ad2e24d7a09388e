import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { storeValue } from '../../src/database/values.ts'
import type { Json } from '../support/api.ts'
import { TaskFixture } from '../support/task-fixture.ts'

/** Comparisons of tasks whose outputs a test makes, so that each verdict can be had. */
let fixture: TaskFixture

beforeAll(async () => {
  fixture = await TaskFixture.start()
})
afterAll(() => fixture.api.close())

interface Output {
  name: string
  bytes: string | Uint8Array
  gone?: boolean
}

async function contentOf({ name, bytes, gone }: Output): Promise<Json> {
  const { database, contents } = fixture.api
  const content = await contents.addBytes(Buffer.from(bytes))
  await database.write(async tx => {
    await contents.hold(tx, content, 'test')
    if (gone) await tx.updateTable('contents').set({ gone: 1 }).where('id', '=', content.id).execute()
  })
  return { class: 'File', location: `content:${content.id}`, basename: name, size: content.size } as unknown as Json
}

/** A task that has ended with these outputs. */
async function taskWith(outputs: unknown, status: 'COMPLETED' | 'FAILED' = 'COMPLETED'): Promise<Json> {
  const task = (await fixture.create({}, '?action=run')).body
  await fixture.api.database.write(async tx => {
    const result = await storeValue(tx, outputs)
    const shown = await storeValue(tx, outputs)
    await tx.updateTable('tasks').set({ status, result, outputs: shown }).where('id', '=', task.id).execute()
  })
  return task
}

async function compare(old: Json, now: Json): Promise<{ comparison: Json; rows: Json[] }> {
  for (;;) {
    const { body } = await fixture.kim.get(`${now.href}/comparison?with=${old.id}&wait=30`)
    if (body.state === 'MAKING') continue
    const { items } = (await fixture.kim.get(`${now.href}/comparison/outputs?with=${old.id}`)).body
    return { comparison: body, rows: items }
  }
}

const brief = (rows: Json[]) => rows.map(({ place, verdict }) => [place, verdict])

test('files and values have their places; names, kinds and what one side lacks are told', async () => {
  const same = { name: 'a.txt', bytes: 'same' }
  const old = {
    file: await contentOf(same),
    list: [await contentOf(same), await contentOf({ name: 'b', bytes: 'b' })],
    record: { depth: 3, label: 'x' },
    folder: { class: 'Directory', basename: 'd', listing: [await contentOf(same)] },
    nothing: null,
    pair: { ...(await contentOf(same)), secondaryFiles: [await contentOf({ name: 'a.idx', bytes: '1' })] },
    kind: 1,
  }
  const now = {
    file: await contentOf({ ...same, name: 'other.txt' }),
    list: [await contentOf({ ...same, name: '_1_a.txt' })],
    record: { depth: 4, label: 'x' },
    folder: {
      class: 'Directory',
      basename: 'd',
      listing: [await contentOf(same), await contentOf({ name: 'new', bytes: '' })],
    },
    nothing: null,
    pair: { ...(await contentOf(same)), secondaryFiles: [await contentOf({ name: 'a.idx', bytes: '2' })] },
    kind: '1',
  }
  const { comparison, rows } = await compare(await taskWith(old), await taskWith(now))
  expect(brief(rows)).toEqual([
    ['file', 'identical'],
    ['list[0]', 'identical'],
    ['list[1]', 'missing'],
    ['record.depth', 'different'],
    ['record.label', 'identical'],
    ['folder/a.txt', 'identical'],
    ['folder/new', 'missing'],
    ['pair', 'identical'],
    ['pair^a.idx', 'different'],
    ['kind', 'different'],
  ])
  expect(rows[0]).toMatchObject({ renamed: true, old: { name: 'a.txt' }, new: { name: 'other.txt' } })
  expect(rows[1]).not.toHaveProperty('renamed')
  expect(rows[3]).toMatchObject({ old: 3, new: 4 })
  expect(comparison).toMatchObject({
    reproduced: false,
    counts: { identical: 5, equivalent: 0, different: 3, missing: 2 },
  })
})

test('what a format lets vary is set aside and named', async () => {
  const vcf = (date: string) =>
    `##fileformat=VCFv4.2\n##fileDate=${date}\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t1\t.\tA\tC\t1\t.\t.\n`
  const old = {
    calls: await contentOf({ name: 'a.vcf', bytes: vcf('20240101') }),
    json: await contentOf({ name: 'a.json', bytes: '{"a": 1, "b": 2}' }),
  }
  const now = {
    calls: await contentOf({ name: 'a.vcf.gz', bytes: gzipSync(vcf('20260101')) }),
    json: await contentOf({ name: 'a.json', bytes: '{"b":2,"a":1}' }),
  }
  const { comparison, rows } = await compare(await taskWith(old), await taskWith(now))
  expect(rows).toMatchObject([
    { place: 'calls', verdict: 'equivalent', format: 'VCF' },
    { place: 'json', verdict: 'equivalent', format: 'JSON' },
  ])
  expect(rows[0]!.set_aside).toEqual(expect.arrayContaining(['##fileDate', 'gzip']))
  expect(comparison).toMatchObject({ reproduced: true, counts: { equivalent: 2 } })
})

test('bytes that were freed are compared by their hashes, and else it says so; another time that is looked at again', async () => {
  const old = {
    same: await contentOf({ name: 'same', bytes: 'x', gone: true }),
    other: await contentOf({ name: 'other', bytes: 'one', gone: true }),
  }
  const now = {
    same: await contentOf({ name: 'same', bytes: 'x' }),
    other: await contentOf({ name: 'other', bytes: 'two' }),
  }
  const { rows } = await compare(await taskWith(old), await taskWith(now))
  expect(rows).toMatchObject([
    { place: 'same', verdict: 'identical' },
    { place: 'other', verdict: 'different', why: 'the bytes of other were freed, so it was not looked further' },
  ])
  const there = { ...old, other: await contentOf({ name: 'other', bytes: 'one' }) }
  const again = await compare(await taskWith(there), await taskWith(now))
  expect(again.rows[1]).toMatchObject({
    verdict: 'different',
    format: 'TEXT',
    first: { line: 1, old: 'one', new: 'two' },
  })
})

test('a pair of contents is compared once, ever', async () => {
  const compared = async () => {
    const { read } = fixture.api.database
    return (await read.selectFrom('content_verdicts').selectAll().where('verdict', 'like', '%once-only%').execute())
      .length
  }
  const one = { out: await contentOf({ name: 'o', bytes: 'once-only 1' }) }
  const two = { out: await contentOf({ name: 'o', bytes: 'once-only 2' }) }
  await compare(await taskWith(one), await taskWith(two))
  expect(await compared()).toBe(1)
  // a mark in what is known shows in the next comparison: nothing was compared for it
  await fixture.api.database.write(async tx => {
    const marked = JSON.stringify({
      verdict: 'different',
      format: 'TEXT',
      first: { line: 7, old: 'once-only', new: 'known' },
    })
    await tx.updateTable('content_verdicts').set({ verdict: marked }).where('verdict', 'like', '%once-only%').execute()
  })
  const { rows } = await compare(await taskWith(one), await taskWith(two))
  expect(rows[0]).toMatchObject({ first: { line: 7 } })
})

test('a task that failed reproduces nothing; of two that did it can’t be said', async () => {
  const outputs = { out: await contentOf({ name: 'o', bytes: 'x' }) }
  const good = await taskWith(outputs)
  const bad = await taskWith({}, 'FAILED')
  expect((await compare(good, bad)).comparison.reproduced).toBe(false)
  expect((await compare(bad, await taskWith({}, 'FAILED'))).comparison).not.toHaveProperty('reproduced')
})

test('who may not read the other task is told that there is none', async () => {
  const task = await taskWith({})
  const own = await fixture.lee.project('Mine')
  const other = await taskWith({})
  await fixture.api.database.write(tx =>
    tx.updateTable('tasks').set({ project: own }).where('id', '=', task.id).execute(),
  )
  const { status, body } = await fixture.lee.get(`/tasks/${task.id}/comparison?with=${other.id}`)
  expect([status, body.code, body.message]).toEqual([404, 7002, expect.stringContaining('with')])
})

test('comparisons go with the project of the task', async () => {
  const { read } = fixture.api.database
  const left = async () =>
    (await read.selectFrom('compared_outputs').select('task').execute()).length +
    (await read.selectFrom('comparisons').select('task').execute()).length
  expect(await left()).toBeGreaterThan(0)
  expect((await fixture.kim.delete(`/projects/${fixture.project}`)).status).toBe(204)
  await expect.poll(left, { timeout: 20_000 }).toBe(0)
})
