import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { getContent, insertContent } from '../../src/database/contents.ts'
import { isUniqueViolation } from '../../src/database/errors.ts'
import { connectDatabase, type OpenDatabase } from '../../src/database/open.ts'
import { openTestDatabase } from '../support/database.ts'

let folder: string
let database: OpenDatabase

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-database-'))
  database = await openTestDatabase(folder, { holdLimit: 2000 })
  await database.write(tx => tx.deleteFrom('settings').execute())
})

afterEach(async () => {
  await database.close()
  await rm(folder, { recursive: true })
})

const put = (key: string, value: string) =>
  database.write(tx =>
    tx
      .insertInto('settings')
      .values({ key, value })
      .onConflict(conflict => conflict.column('key').doUpdateSet({ value }))
      .execute(),
  )

const get = async (key: string) =>
  (await database.read.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst())?.value

test('a read sees what a write before it acknowledged', async () => {
  for (let round = 0; round < 50; round++) {
    await put('round', String(round))
    expect(await get('round')).toBe(String(round))
  }
})

test('a body that throws leaves nothing, and its neighbours in the group stay', async () => {
  const results = await Promise.allSettled(
    Array.from({ length: 40 }, (_, index) =>
      database.write(async tx => {
        await tx
          .insertInto('settings')
          .values({ key: `k${index}`, value: '' })
          .execute()
        if (index % 3 === 0) throw new Error('no')
      }),
    ),
  )
  expect(results.filter(result => result.status === 'rejected')).toHaveLength(14)
  const rows = await database.read.selectFrom('settings').select('key').execute()
  expect(rows.map(row => row.key).sort()).toEqual(
    Array.from({ length: 40 }, (_, index) => `k${index}`)
      .filter((_, index) => index % 3 !== 0)
      .sort(),
  )
})

test('a unique violation is recognised, and the transaction leaves nothing', async () => {
  await put('a', '1')
  const again = database.write(async tx => {
    await tx.insertInto('settings').values({ key: 'b', value: '3' }).execute()
    await tx.insertInto('settings').values({ key: 'a', value: '2' }).execute()
  })
  await expect(again).rejects.toSatisfy(isUniqueViolation)
  expect([await get('a'), await get('b')]).toEqual(['1', undefined])
})

test('values come back as they went: numbers, bytes, text of any kind, in the order of their bytes', async () => {
  const bytes = new Uint8Array([0, 1, 255])
  const created = 1_700_000_000_123
  const place = { volume: null, location: null, etag: null, executable: 0, condemned: null, gone: null }
  await database.write(tx => insertContent(tx, { ...place, id: 'c', size: 2 ** 52, sha256: null, bytes }))
  const { created: made, ...content } = (await getContent(database.read, 'c'))!
  expect(content).toEqual({ ...place, id: 'c', size: 2 ** 52, sha256: null, bytes })
  expect(made).toBeGreaterThan(created)
  const keys = ['a', 'B', 'ä', 'Z', '_', 'b', '1', '\u{1f600}', '\uffee', ' ']
  for (const key of keys) await put(key, '')
  const { rows, count } = {
    rows: await database.read.selectFrom('settings').select('key').where('key', '<', '~~').orderBy('key').execute(),
    count: await database.read
      .selectFrom('settings')
      .select(all => all.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow(),
  }
  expect(rows.map(row => row.key)).toEqual([' ', '1', 'B', 'Z', '_', 'a', 'b'])
  expect(count.count).toBe(keys.length)
  const all = await database.read.selectFrom('settings').select('key').orderBy('key').execute()
  expect(all.map(row => row.key)).toEqual([' ', '1', 'B', 'Z', '_', 'a', 'b', 'ä', '\uffee', '\u{1f600}'])
})

test('a body that asks for several things at once gets them', async () => {
  await database.write(async tx => {
    const insert = (key: string) => tx.insertInto('settings').values({ key, value: '' }).execute()
    await Promise.all(['a', 'b', 'c'].map(insert))
  })
  expect((await database.read.selectFrom('settings').select('key').execute()).length).toBe(3)
})

test('any interleaving of transactions is as if they had run one after the other', async () => {
  const operation = fc.record({
    key: fc.constantFrom('x', 'y', 'z'),
    pause: fc.integer({ min: 0, max: 3 }),
    fails: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 12 }), async operations => {
      await database.write(tx => tx.deleteFrom('settings').execute())
      const other = await connectDatabase(database.connect())
      const bump = async ({ key, pause, fails }: (typeof operations)[number], index: number) =>
        (index % 2 ? other : database).write(async tx => {
          const row = await tx.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst()
          for (let turn = 0; turn < pause; turn++) await new Promise(setImmediate)
          const value = String(Number(row?.value ?? 0) + 1)
          await tx
            .insertInto('settings')
            .values({ key, value })
            .onConflict(conflict => conflict.column('key').doUpdateSet({ value }))
            .execute()
          if (fails) throw new Error('no')
        })
      await Promise.allSettled(operations.map(bump))
      await other.close()
      for (const key of ['x', 'y', 'z']) {
        const expected = operations.filter(each => each.key === key && !each.fails).length
        expect(Number((await get(key)) ?? 0)).toBe(expected)
      }
    }),
    { numRuns: 40 },
  )
})

test('only the writer writes', async () => {
  const write = database.read.insertInto('settings').values({ key: 'a', value: 'b' }).execute()
  await expect(write).rejects.toThrow(/read-?only/)
})

test('a second process writes beside it, and the rows outlive the handle', async () => {
  const other = await openTestDatabase(folder)
  await Promise.all([
    put('a', '1'),
    other.write(tx => tx.insertInto('settings').values({ key: 'b', value: '2' }).execute()),
  ])
  await other.close()
  expect([await get('a'), await get('b')]).toEqual(['1', '2'])
  await database.close()
  database = await openTestDatabase(folder)
  expect([await get('a'), await get('b')]).toEqual(['1', '2'])
})

test('a folder written by a newer version is refused', async () => {
  await database.write(async tx => {
    const { sql } = await import('kysely')
    await sql`insert into migrations (number, name) values (999, 'later')`.execute(tx)
  })
  await expect(openTestDatabase(folder)).rejects.toThrow('newer version')
})
