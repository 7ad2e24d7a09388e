import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connectDatabase, type OpenDatabase, openDatabase } from '../../src/database/open.ts'

/** What holds of the file and its one writer alone. */
let folder: string
let database: OpenDatabase

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-database-'))
  database = await openDatabase(folder, { holdLimit: 2000 })
})

afterEach(async () => {
  await database.close()
  await rm(folder, { recursive: true })
})

const put = (key: string, value: string) =>
  database.write(tx => tx.insertInto('settings').values({ key, value }).execute())

const get = async (key: string) =>
  (await database.read.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst())?.value

test('after a unique violation a transaction can go on', async () => {
  await put('a', '1')
  await database.write(async tx => {
    await expect(tx.insertInto('settings').values({ key: 'a', value: '2' }).execute()).rejects.toThrow('UNIQUE')
    await tx.insertInto('settings').values({ key: 'b', value: '3' }).execute()
  })
  expect([await get('a'), await get('b')]).toEqual(['1', '3'])
})

test('a transaction that holds the writer too long is rolled back and says so; the others go on', async () => {
  const slow = database.write(async tx => {
    await tx.insertInto('settings').values({ key: 'slow', value: '' }).execute()
    await put('quick', 'done')
    await tx.insertInto('settings').values({ key: 'later', value: '' }).execute()
  })
  await expect(slow).rejects.toThrow('held the writer for more than 2 s')
  expect([await get('slow'), await get('quick'), await get('later')]).toEqual([undefined, 'done', undefined])
})

test('a handle that goes away in the middle of a transaction frees the writer', async () => {
  const other = await connectDatabase(database.connect())
  const left = other.write(async tx => {
    await tx.insertInto('settings').values({ key: 'left', value: '' }).execute()
    await other.close()
  })
  await expect(left).rejects.toThrow('closed')
  await put('next', 'done')
  expect([await get('left'), await get('next')]).toEqual([undefined, 'done'])
})

test('the files of the database are for the owner alone', async () => {
  await put('a', '1')
  for (const name of ['reprise.sqlite', 'reprise.sqlite-wal', 'reprise.sqlite-shm'])
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
})

test('a blind transaction that fails leaves nothing, and its neighbours stay', async () => {
  await put('taken', '1')
  const blind = (...keys: string[]) =>
    database.write(async tx => {
      for (const key of keys) await tx.insertInto('settings').values({ key, value: 'blind' }).execute()
      return keys.length
    }, 'blind')
  const [first, failed, last] = await Promise.allSettled([blind('a', 'b'), blind('c', 'taken'), blind('d')])
  expect(first).toMatchObject({ value: 2 })
  expect(failed).toMatchObject({ reason: { message: expect.stringContaining('UNIQUE') } })
  expect(last).toMatchObject({ value: 1 })
  const keys = await database.read.selectFrom('settings').select('key').where('value', '=', 'blind').execute()
  expect(keys.map(({ key }) => key).sort()).toEqual(['a', 'b', 'd'])
})

test('blind transactions and others take turns: each sees all before it', async () => {
  const add = (how?: 'blind') =>
    database.write(
      tx =>
        tx
          .insertInto('settings')
          .columns(['key', 'value'])
          .expression(of =>
            of
              .selectFrom('settings')
              .select(({ fn }) => [sql<string>`'n' || count(*)`.as('key'), fn.countAll<string>().as('value')])
              .where('key', 'like', 'n%'),
          )
          .execute(),
      how,
    )
  await Promise.all(Array.from({ length: 30 }, (_, turn) => add(turn % 3 ? 'blind' : undefined)))
  expect(await count()).toBe(30)
})

test('what was counted is counted again after a change, also one from outside', async () => {
  expect([await count(), await count()]).toEqual([0, 0])
  await put('n1', '')
  expect([await count(), await count()]).toEqual([1, 1])
  const outside = new DatabaseSync(join(folder, 'reprise.sqlite'))
  outside.exec("INSERT INTO settings (key, value) VALUES ('n2', '')")
  outside.close()
  expect(await count()).toBe(2)
})

async function count(): Promise<number> {
  const { total } = await database.read
    .selectFrom('settings')
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .where('key', 'like', 'n%')
    .executeTakeFirstOrThrow()
  return total
}
