import { afterEach, beforeEach, expect, test } from 'vitest'
import { jobRow } from '../../src/execution/job-row.ts'
import { Harness } from '../support/harness.ts'
import { taskRow } from '../support/rows.ts'

let harness: Harness

beforeEach(async () => {
  harness = await Harness.make()
})
afterEach(() => harness.close())

test('an aborted task ends with all of its jobs, however many there were', async () => {
  const task = taskRow({ status: 'ABORTING' })
  const jobs = Array.from({ length: 1200 }, (_, n) => jobRow(task.id, undefined, `step[${n}]`))
  await harness.write(tx => tx.insertInto('tasks').values(task).execute())
  for (const some of [jobs.slice(0, 600), jobs.slice(600)]) {
    await harness.write(tx => tx.insertInto('jobs').values(some).execute())
  }
  await harness.start()
  expect((await harness.ended(task.id)).status).toBe('ABORTED')
  expect((await harness.jobs(task.id)).filter(job => job.status !== 'ABORTED')).toEqual([])
})

test('what told the children of an aborted batch task to stop may die halfway: the worker goes on with it', async () => {
  const parent = taskRow({ batch: 1, status: 'ABORTING' })
  const child = taskRow({ parent: parent.id, status: 'QUEUED' })
  await harness.write(tx => tx.insertInto('tasks').values([parent, child]).execute())
  await harness.start()
  expect((await harness.ended(child.id)).status).toBe('ABORTED')
  expect((await harness.ended(parent.id)).status).toBe('ABORTED')
})
