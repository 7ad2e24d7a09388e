import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connectDatabase, type OpenDatabase, openDatabase } from '../../src/database/open.ts'

/** What holds of the file and its one writer alone. */
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
  await expect(slow).rejects.toThrow('held the writer for more than 0.3 s')
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
