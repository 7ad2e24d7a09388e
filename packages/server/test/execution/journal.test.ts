import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OpenDatabase } from '../../src/database/open.ts'
import type { JobRow } from '../../src/database/schema.ts'
import { nextClaim } from '../../src/database/task-states.ts'
import { jobRow } from '../../src/execution/job-row.ts'
import { Journal } from '../../src/execution/journal.ts'
import { SingleOwner } from '../../src/execution/owner.ts'
import { openTestDatabase } from '../support/database.ts'
import { taskRow } from '../support/rows.ts'

let folder: string
let database: OpenDatabase
let task: string
let claim: number
let journal: Journal

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-journal-'))
  database = await openTestDatabase(folder)
  claim = await database.write(nextClaim)
  const row = taskRow({ status: 'QUEUED' })
  task = row.id
  await database.write(tx => tx.insertInto('tasks').values(row).execute())
  journal = new Journal(database, task, new SingleOwner(database, claim), 0)
})

afterEach(async () => {
  await database.close()
  await rm(folder, { recursive: true })
})

const done = (path: string): JobRow => ({ ...jobRow(task, undefined, path), status: 'DONE' })
const nothing = async () => undefined
const statuses = async () =>
  (await database.read.selectFrom('jobs').select(['path', 'status']).orderBy('path').execute()).map(row => row.status)
const taskNow = () => database.read.selectFrom('tasks').selectAll().where('id', '=', task).executeTakeFirstOrThrow()

test('one end after the other, each in the turn in which the one before was written', async () => {
  for (let number = 0; number < 100; number++) {
    await journal.settle(done(String(number)), nothing)
    for (let turn = 0; turn < number % 5; turn++) await null
  }
  expect(await taskNow()).toMatchObject({ status: 'RUNNING', steps_completed: 100, steps_total: 100, claim })
})

test('many ends at once, with what they write', async () => {
  journal.known(300)
  await Promise.all(
    Array.from({ length: 250 }, (_, number) =>
      journal.settle(done(String(number)), tx =>
        tx
          .insertInto('settings')
          .values({ key: `k${number}`, value: '' })
          .execute()
          .then(() => undefined),
      ),
    ),
  )
  expect(await taskNow()).toMatchObject({ steps_completed: 250, steps_total: 300 })
  expect(await statuses()).toHaveLength(250)
})

test('a note is written by and by, and never over an end', async () => {
  journal.note({ ...jobRow(task, undefined, 'a'), status: 'RUNNING' })
  journal.note(jobRow(task, undefined, 'b'))
  await journal.settle(done('a'), nothing)
  await journal.drained()
  expect(await statuses()).toEqual(['DONE', 'QUEUED'])
})

test('a waiting job does not make its task run', async () => {
  journal.note(jobRow(task, undefined, 'a'))
  await journal.drained()
  expect((await taskNow()).status).toBe('QUEUED')
})

test('under an older claim nothing is written, and the job is told', async () => {
  await database.write(nextClaim)
  await expect(journal.settle(done('a'), nothing)).rejects.toThrow('taken over')
  expect(await statuses()).toEqual([])
})

test('warnings that come while ends are written are all there, each once', async () => {
  const settled = Array.from({ length: 30 }, (_, number) => {
    journal.warnings.note(`step${number}`, 'too little', 'resources')
    return journal.settle(done(`step${number}`), async () => {
      journal.warnings.note(`late${number}`, 'too late', 'resources')
    })
  })
  await Promise.all(settled)
  await journal.drained()
  const messages = JSON.parse((await taskNow()).warnings).map((warning: { message: string }) => warning.message)
  const expected = Array.from({ length: 30 }, (_, n) => [`Step step${n}: too little.`, `Step late${n}: too late.`])
  expect(messages.sort()).toEqual(expected.flat().sort())
})

test('rows that are written twice, as after a commit whose answer was lost, cost once', async () => {
  const costly = (path: string) => ({ ...done(path), cost: 2 })
  await journal.settle(costly('a'), nothing)
  await journal.settle(costly('b'), nothing)
  const second = new Journal(database, task, new SingleOwner(database, claim), 1)
  await second.settle(costly('b'), nothing)
  expect(await taskNow()).toMatchObject({ cost: 4, steps_completed: 2 })
})

test('notes that lie beside an end which can not be written are written, and the other ends too', async () => {
  journal.note({ ...jobRow(task, undefined, 'a'), status: 'RUNNING' })
  const [bad, good] = await Promise.allSettled([
    journal.settle(done('b'), () => Promise.reject(new Error('this one can not be written'))),
    journal.settle(done('c'), nothing),
  ])
  expect(bad).toMatchObject({ status: 'rejected', reason: { message: 'this one can not be written' } })
  expect(good.status).toBe('fulfilled')
  await journal.drained()
  expect(await statuses()).toEqual(['RUNNING', 'DONE'])
})

test('warnings that can not be written are no reason to try for ever', async () => {
  journal.warnings.note('a', 'too little', 'resources')
  await database.write(nextClaim)
  await database.write(tx =>
    tx
      .updateTable('tasks')
      .set({ claim: claim + 1 })
      .where('id', '=', task)
      .execute(),
  )
  await expect(journal.settle(done('a'), nothing)).rejects.toThrow()
  await journal.drained()
  journal.warnings.note('b', 'too little', 'resources')
  await journal.drained()
  expect(JSON.parse((await taskNow()).warnings)).toEqual([])
})

test('where one end can not be written the warnings beside it are', async () => {
  journal.warnings.note('a', 'too little', 'resources')
  const bad = journal.settle(done('a'), () => Promise.reject(new Error('this one can not be written')))
  await expect(bad).rejects.toThrow('this one can not be written')
  await journal.drained()
  expect(JSON.parse((await taskNow()).warnings)).toMatchObject([{ message: 'Step a: too little.' }])
})

test('ends and notes that come together are written in transactions that are not too large', async () => {
  for (let number = 0; number < 1500; number++) journal.note(jobRow(task, undefined, `waits${number}`))
  const key = (number: number, row: number) => ({ key: `k${number}-${row}`, value: '' })
  const settled = Array.from({ length: 40 }, (_, number) => {
    const rows = Array.from({ length: 100 }, (_, row) => key(number, row))
    return journal.settle(
      done(`done${number}`),
      async tx => void (await tx.insertInto('settings').values(rows).execute()),
      100,
    )
  })
  await Promise.all(settled)
  await journal.drained()
  expect((await statuses()).length).toBe(1540)
})
