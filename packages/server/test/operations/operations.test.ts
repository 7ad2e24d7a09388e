import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import { processClock } from '../../src/database/clock.ts'
import type { OpenDatabase } from '../../src/database/open.ts'
import { deleteFinished, getOperation, listRecords } from '../../src/database/operations.ts'
import type { OperationKind } from '../../src/operations/kind.ts'
import { Operations } from '../../src/operations/operations.ts'
import { databaseOf, openTestDatabase } from '../support/database.ts'
import { contextOf, counting } from './counting.ts'

const PROGRAM = fileURLToPath(new URL('./program.ts', import.meta.url))

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-operations-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Runs the program to its end; gives the signal that killed it. */
async function run(failpoint: string, request?: object): Promise<string | null> {
  const child = spawn(
    process.execPath,
    [
      ...process.execArgv,
      PROGRAM,
      folder,
      (await databaseOf(folder)) ?? '',
      ...(request ? [JSON.stringify(request)] : []),
    ],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, REPRISE_FAILPOINT: failpoint } },
  )
  const [, signal] = await once(child, 'exit')
  return signal
}

describe('kill -9 in an operation of four items with three steps each', () => {
  test.each([
    ['before-progress:1', 'after-progress:1'],
    ['before-progress:5', 'before-progress:1'],
    ['after-progress:6', 'before-progress:2'],
    ['after-progress:11', 'after-progress:1'],
  ])('at %s and then at %s: each step has its effect once', async (first, second) => {
    const request = { items: 4, steps: 3, failing: [2] }
    expect(await run(first, request)).toBe('SIGKILL')
    const killed = await run(second)
    if (killed === null) expect(first).toBe('after-progress:11')
    expect(await run('')).toBe(null)

    const database = await openTestDatabase(folder)
    try {
      const [operation] = await database.read.selectFrom('operations').selectAll().execute()
      expect(operation).toMatchObject({ state: 'FINISHED', total: 4, completed: 3, failed: 1, owner: null })
      const records = await listRecords(database.read, [operation!.id])
      expect(records.map(record => record.result ?? record.code)).toEqual(['"item 0"', '"item 1"', 10225, '"item 3"'])
      const done = await database.read
        .selectFrom('settings')
        .select('key')
        .where('key', '<>', 'database')
        .orderBy('key')
        .execute()
      const steps = [0, 1, 2, 3].flatMap(item =>
        (item === 2 ? [0] : [0, 1, 2]).map(step => `${operation!.id} ${item} ${step}`),
      )
      expect(done.map(row => row.key)).toEqual(steps)
    } finally {
      await database.close()
    }
  })
})

describe('several processes on one database', () => {
  let database: OpenDatabase
  let context: Context
  let now = 0

  beforeEach(async () => {
    database = await openTestDatabase(folder)
    context = contextOf(database)
  })
  afterEach(() => database.close())

  const make = (kind: OperationKind) =>
    new Operations(database, [kind], { alone: false, lease: 600_000, clock: processClock(() => now) })

  /** A kind whose steps wait until they are let go on. */
  function held(effects: string[], name: string) {
    const { promise: started, resolve: begin } = Promise.withResolvers<void>()
    const { promise: gate, resolve: letGo } = Promise.withResolvers<void>()
    const kind: OperationKind = {
      name: 'test.held',
      lane: 'bytes',
      items: () => 1,
      async step() {
        begin()
        await gate
        return async () => {
          effects.push(name)
          return { result: name }
        }
      },
    }
    return { kind, started, letGo }
  }

  test('one runs an operation; another takes over when the lease is over, and the first writes nothing more', async () => {
    const effects: string[] = []
    const first = held(effects, 'first')
    const second = held(effects, 'second')
    const [one, two] = [make(first.kind), make(second.kind)]
    await one.start(context)
    const { id } = await one.submit(database, 'test.held', 'kim', {})
    await first.started

    second.letGo()
    await two.start(context)
    await two.idle()
    expect(await getOperation(database.read, id)).toMatchObject({ state: 'RUNNING', completed: 0 })

    now += 1_200_000
    two.wake()
    await two.idle()
    expect(await getOperation(database.read, id)).toMatchObject({ state: 'FINISHED', completed: 1 })
    first.letGo()
    await one.stop()
    await two.stop()
    expect((await listRecords(database.read, [id])).map(record => record.result)).toEqual(['"second"'])
  })

  test('the long ones of one user, as many as there are places, keep nobody else waiting', async () => {
    const ended: string[] = []
    const { promise: gate, resolve: letGo } = Promise.withResolvers<void>()
    const { promise: done, resolve: finish } = Promise.withResolvers<void>()
    const kind: OperationKind = {
      name: 'test.slow',
      lane: 'bytes',
      items: () => 1,
      async step(_, { username }) {
        if (username === 'kim') await gate
        else finish()
        ended.push(username)
        return async () => ({ result: username })
      },
    }
    const one = make(kind)
    await one.start(context)
    for (let count = 0; count < 6; count++) await one.submit(database, 'test.slow', 'kim', {})
    await one.submit(database, 'test.slow', 'lee', {})
    await done
    letGo()
    await one.idle()
    await one.stop()
    expect(ended).toEqual(['lee', ...Array(6).fill('kim')])
  })

  test('one that stops gives back what it runs', async () => {
    const effects: string[] = []
    const first = held(effects, 'first')
    const one = make(first.kind)
    await one.start(context)
    const ids = [(await one.submit(database, 'test.held', 'kim', {})).id]
    await first.started
    for (let more = 0; more < 5; more++) ids.push((await one.submit(database, 'test.held', 'kim', {})).id)
    const stopping = one.stop()
    first.letGo()
    await stopping

    const second = held(effects, 'second')
    second.letGo()
    const two = make(second.kind)
    await two.start(context)
    await two.idle()
    await two.stop()
    const ended = await Promise.all(ids.map(id => getOperation(database.read, id)))
    expect(ended.map(operation => operation?.state)).toEqual(ids.map(() => 'FINISHED'))
    expect((await listRecords(database.read, ids)).length).toBe(ids.length)
  })

  test('places are shared: who comes late waits for nobody who asked for much', async () => {
    const order: string[] = []
    const kind: OperationKind = {
      name: 'test.noted',
      lane: 'rows',
      items: () => 1,
      async step(_, { username }) {
        order.push(username)
        return async () => ({ result: username })
      },
    }
    const one = make(kind)
    for (let n = 0; n < 20; n++) await one.submit(database, kind.name, 'kim', {})
    now++
    await one.submit(database, kind.name, 'lee', {})
    await one.start(context)
    await one.idle()
    await one.stop()
    expect(order.filter(user => user === 'kim')).toHaveLength(20)
    expect(order.indexOf('lee')).toBeLessThan(5)
  })

  test('what ended is removed with its records, after its time', async () => {
    const one = make(counting)
    await one.start(context)
    const { id } = await one.submit(database, counting.name, 'kim', { items: 2, steps: 1 })
    await one.idle()
    await one.stop()
    const { finished } = (await getOperation(database.read, id))!
    expect(await database.write(tx => deleteFinished(tx, finished!, 100))).toBe(0)
    expect(await database.write(tx => deleteFinished(tx, finished! + 1, 100))).toBe(1)
    expect(await getOperation(database.read, id)).toBeUndefined()
    expect(await listRecords(database.read, [id])).toEqual([])
  })
})
