import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isUniqueViolation } from '../../src/database/errors.ts'
import { connectDatabase, type OpenDatabase, openDatabase } from '../../src/database/open.ts'

let folder: string
let database: OpenDatabase

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-database-'))
  database = await openDatabase(folder, { holdLimit: 300 })
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

test('a unique violation is recognised and its transaction can go on', async () => {
  await put('a', '1')
  await database.write(async tx => {
    const again = tx.insertInto('settings').values({ key: 'a', value: '2' }).execute()
    await expect(again).rejects.toSatisfy(isUniqueViolation)
    await tx.insertInto('settings').values({ key: 'b', value: '3' }).execute()
  })
  expect([await get('a'), await get('b')]).toEqual(['1', '3'])
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
      const other = connectDatabase(database.connect())
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

test('a transaction that holds the writer too long is rolled back and says so; the others go on', async () => {
  const slow = database.write(async tx => {
    await tx.insertInto('settings').values({ key: 'slow', value: '' }).execute()
    await put('quick', 'done')
    await tx.insertInto('settings').values({ key: 'later', value: '' }).execute()
  })
  await expect(slow).rejects.toThrow('held the writer for more than 0.3 s')
  expect([await get('slow'), await get('quick'), await get('later')]).toEqual([undefined, 'done', undefined])
})

test('a handle that goes away in the middle of a transaction frees the writer', async () => {
  const other = connectDatabase(database.connect())
  const left = other.write(async tx => {
    await tx.insertInto('settings').values({ key: 'left', value: '' }).execute()
    await other.close()
  })
  await expect(left).rejects.toThrow('closed')
  await put('next', 'done')
  expect([await get('left'), await get('next')]).toEqual([undefined, 'done'])
})

test('only the writer writes', async () => {
  const write = database.read.insertInto('settings').values({ key: 'a', value: 'b' }).execute()
  await expect(write).rejects.toThrow('readonly')
})

test('a second process writes beside it, and the rows outlive the handle', async () => {
  const other = await openDatabase(folder)
  await Promise.all([
    put('a', '1'),
    other.write(tx => tx.insertInto('settings').values({ key: 'b', value: '2' }).execute()),
  ])
  await other.close()
  expect([await get('a'), await get('b')]).toEqual(['1', '2'])
  await database.close()
  database = await openDatabase(folder)
  expect([await get('a'), await get('b')]).toEqual(['1', '2'])
})

test('the files of the database are for the owner alone', async () => {
  await put('a', '1')
  for (const name of ['reprise.sqlite', 'reprise.sqlite-wal', 'reprise.sqlite-shm'])
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
})

test('a folder written by a newer version is refused', async () => {
  await database.write(async tx => {
    const { sql } = await import('kysely')
    await sql`insert into migrations (number, name) values (999, 'later')`.execute(tx)
  })
  await expect(openDatabase(folder)).rejects.toThrow('newer version')
})
