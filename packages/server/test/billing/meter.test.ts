import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startMeter } from '../../src/billing/meter.ts'
import type { Database } from '../../src/database/index.ts'
import { openTestDatabase } from '../support/database.ts'

/** A database that takes no writes for as long as `isDown`. */
async function shaky() {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-meter-'))
  const database = await openTestDatabase(folder)
  onTestFinished(async () => {
    await database.close()
    await rm(folder, { recursive: true })
  })
  const state = { isDown: false }
  const write: Database['write'] = (body, how) =>
    state.isDown ? Promise.reject(new Error('the database is down')) : database.write(body, how)
  const rows = () => database.read.selectFrom('egress_days').select(['project', 'username', 'bytes']).execute()
  return { database: { ...database, read: database.read, write }, state, rows }
}

test('what was fetched while the database took no writes is counted when it does again, once', async () => {
  const { database, state, rows } = await shaky()
  const meter = startMeter(database, () => undefined)
  meter.fetched('p', 'kim', 100)
  state.isDown = true
  await expect(meter.flush()).rejects.toThrow('the database is down')
  meter.fetched('p', 'kim', 10)
  meter.fetched('p', 'lee', 1)
  state.isDown = false
  await meter.flush()
  await meter.close()
  expect(await rows()).toEqual([
    { project: 'p', username: 'kim', bytes: 110 },
    { project: 'p', username: 'lee', bytes: 1 },
  ])
})

test('after a failure it is written without another download', async () => {
  const { database, state, rows } = await shaky()
  const told = Promise.withResolvers<void>()
  const meter = startMeter(database, () => told.resolve(), 5)
  state.isDown = true
  meter.fetched('p', 'kim', 100)
  await told.promise
  state.isDown = false
  await expect.poll(rows).toEqual([{ project: 'p', username: 'kim', bytes: 100 }])
  await meter.close()
})
