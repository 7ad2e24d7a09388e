import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { getOperation } from '../../src/database/operations.ts'
import type { OperationKind } from '../../src/operations/kind.ts'
import { Operations } from '../../src/operations/operations.ts'
import { contextOf } from '../operations/counting.ts'
import { openTestDatabase } from '../support/database.ts'

test('a process whose clock is wrong takes no operation away from another, and keeps none for longer', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-leases-'))
  const database = await openTestDatabase(folder)
  onTestFinished(async () => {
    vi.useRealTimers()
    await database.close()
    await rm(folder, { recursive: true })
  })
  const { promise: started, resolve: begin } = Promise.withResolvers<void>()
  const { promise: gate, resolve: letGo } = Promise.withResolvers<void>()
  const ran: string[] = []
  const kind = (name: string): OperationKind => ({
    name: 'test.held',
    lane: 'bytes',
    items: () => 1,
    async step() {
      ran.push(name)
      begin()
      await gate
      return async () => ({ result: name })
    },
  })
  const make = (name: string) => new Operations(database, [kind(name)], { alone: false })
  const one = make('right')
  await one.start(contextOf(database))
  const { id } = await one.submit(database, 'test.held', 'kim', {})
  await started

  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
  const two = make('an hour ahead')
  await two.start(contextOf(database))
  await two.idle()
  vi.useRealTimers()
  expect(ran).toEqual(['right'])
  letGo()
  await one.stop()
  await two.stop()
  expect(await getOperation(database.read, id)).toMatchObject({ state: 'FINISHED', completed: 1 })
})
