import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { isPassing } from '../../src/database/errors.ts'
import type { Database } from '../../src/database/index.ts'
import { openDatabase } from '../../src/database/open.ts'
import { openPostgres } from '../../src/database/postgres/open.ts'
import { databaseOf } from '../support/database.ts'
import { ask } from '../support/postgres.ts'

let url: string
let database: Database

beforeEach(async context => {
  url = (await databaseOf(context.task.id))!
  database = await openPostgres({ url, holdLimit: 2000 })
})

afterEach(async () => {
  await database.close()
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

test('two that look and then write, each what the other looked at: one comes first', async () => {
  let looking = 0
  let both = () => {}
  const met = new Promise<void>(resolve => {
    both = resolve
  })
  const runs: string[] = []
  const write = (mine: string, other: string) =>
    database.write(async tx => {
      runs.push(mine)
      const row = await tx.selectFrom('settings').select('value').where('key', '=', other).executeTakeFirst()
      if (++looking === 2) both()
      await met
      await tx
        .insertInto('settings')
        .values({ key: mine, value: row ? 'second' : 'first' })
        .execute()
    })
  await Promise.all([write('a', 'b'), write('b', 'a')])
  expect([await get('a'), await get('b')].sort()).toEqual(['first', 'second'])
  expect(runs.length).toBeGreaterThan(2)
})

test('many that count on one another all come to their end', async () => {
  const bump = () =>
    database.write(async tx => {
      const row = await tx.selectFrom('settings').select('value').where('key', '=', 'n').executeTakeFirst()
      await pause(Math.random() * 3)
      const value = String(Number(row?.value ?? 0) + 1)
      await tx
        .insertInto('settings')
        .values({ key: 'n', value })
        .onConflict(conflict => conflict.column('key').doUpdateSet({ value }))
        .execute()
    })
  await Promise.all(Array.from({ length: 60 }, bump))
  expect(await get('n')).toBe('60')
})

test('a body that goes on after a failed statement is not committed, and says so', async () => {
  await put('a', '1')
  const write = database.write(async tx => {
    await tx.insertInto('settings').values({ key: 'b', value: '' }).execute()
    await tx
      .insertInto('settings')
      .values({ key: 'a', value: '2' })
      .execute()
      .catch(() => undefined)
  })
  await expect(write).rejects.toThrow('rolled back')
  expect([await get('a'), await get('b')]).toEqual(['1', undefined])
})

test('a transaction that does nothing for too long is ended, which is a passing trouble, and holds nobody up', async () => {
  let began = () => {}
  const beginning = new Promise<void>(resolve => {
    began = resolve
  })
  const slow = database.write(async tx => {
    await tx.insertInto('settings').values({ key: 'a', value: 'slow' }).execute()
    began()
    // comes through only when this transaction holds the row no more
    await quick
    await tx.insertInto('settings').values({ key: 'b', value: '' }).execute()
  })
  slow.catch(() => undefined)
  const quick = beginning.then(() => put('a', 'quick'))
  await quick
  await expect(slow).rejects.toSatisfy(isPassing)
  expect([await get('a'), await get('b')]).toEqual(['quick', undefined])
})

test('connections that the server cuts are replaced', async () => {
  await Promise.all(['a', 'b', 'c'].map(key => put(key, '1')))
  const cut =
    'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()'
  const during = database.write(async tx => {
    await tx.insertInto('settings').values({ key: 'd', value: '' }).execute()
    await ask(url, cut)
    await tx.insertInto('settings').values({ key: 'e', value: '' }).execute()
  })
  await expect(during).rejects.toSatisfy(isPassing)
  // one that was cut and has not said so yet may be handed out once more
  for (let left = 6; left > 0; left--) {
    const error = await put('a', '2').catch(reason => reason)
    if (!(error instanceof Error)) break
    expect(error).toSatisfy(isPassing)
  }
  expect([await get('a'), await get('d')]).toEqual(['2', undefined])
})

test('a NUL character becomes U+FFFD, and other text stays as it is', async () => {
  await put('a', 'x\0y\\u0000\u{1f600}')
  expect(await get('a')).toBe('x\ufffdy\\u0000\u{1f600}')
})

test('two that open a new database at once make its tables once', async () => {
  const server = inject('postgres')!.server
  const name = new URL(url).pathname.slice(1)
  await ask(server, `create database ${name}_new`)
  const fresh = `${url}_new`
  const opened = await Promise.all(Array.from({ length: 4 }, () => openPostgres({ url: fresh })))
  for (const each of opened) expect(await each.read.selectFrom('users').selectAll().execute()).toEqual([])
  for (const each of opened) await each.close()
  await ask(server, `drop database ${name}_new`)
})

test('what can not be opened says why, without the password', async () => {
  const wrong = new URL(url)
  wrong.port = '1'
  wrong.password = 'secret'
  const error = await openPostgres({ url: wrong.href }).catch(reason => reason)
  expect(error.message).toMatch(
    /^the database postgres:\/\/postgres@127.0.0.1:1\/t_\w+ can't be opened: .*ECONNREFUSED/,
  )
  await expect(openDatabase('', { url: 'mysql://x' })).rejects.toThrow('looks like postgres://')
  const server = inject('postgres')!.server
  await ask(server, `create database latin encoding 'SQL_ASCII' locale 'C' template template0`)
  await expect(openPostgres({ url: new URL('latin', server).href })).rejects.toThrow('encoding UTF8')
  await ask(server, 'drop database latin with (force)')
})
