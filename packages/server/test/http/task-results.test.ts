import { afterAll, beforeAll, expect, test } from 'vitest'
import { TaskFixture } from '../support/task-fixture.ts'

/** What a task shows of what ran and of what came out. */

let t: TaskFixture

beforeAll(async () => {
  t = await TaskFixture.start()
})
afterAll(() => t.api.close())

test('execution details show jobs with their logs, without keys that are null', async () => {
  const task = await t.draft()
  const empty = (await t.kim.get(`${task.href}/execution_details`)).body
  expect(empty).toMatchObject({ href: `${task.href}/execution_details`, status: 'DRAFT', jobs: [] })
  const log = '0123456789abcdef01234567'
  await t.api.database.write(tx =>
    tx
      .insertInto('jobs')
      .values({
        task: task.id,
        path: 'call/align[3]',
        status: 'DONE',
        attempt: 1,
        plan: null,
        outputs: null,
        manifest: null,
        exit_code: 0,
        command_line: 'align x',
        message: '',
        stdout: log,
        stderr: null,
        cores: 1,
        ram: 1,
        cpu: null,
        cost: 0,
        retried: 0,
        queued: 1,
        started: 1_709_631_667_000,
        ended: null,
      })
      .execute(),
  )
  const { body } = await t.kim.get(`/${task.id}/execution_details`)
  expect(body.jobs).toEqual([
    {
      name: 'call/align[3]',
      status: 'DONE',
      start_time: '2024-03-05T09:41:07Z',
      command_line: 'align x',
      retried: false,
      instance: expect.any(Object),
      logs: { 'stdout.log': `${t.api.base}/files/${log}/download_info` },
    },
  ])
})

test('outputs show files by id once there are any, and null where there are none', async () => {
  const task = await t.draft()
  const hash = 'test-outputs'
  const json = JSON.stringify({ counts: { class: 'File', path: t.reads, name: 'counts.txt', size: 3 }, other: {} })
  await t.api.database.write(async tx => {
    await tx.insertInto('stored_values').values({ hash, json }).execute()
    await tx.updateTable('tasks').set({ outputs: hash, status: 'COMPLETED' }).where('id', '=', task.id).execute()
  })
  expect((await t.kim.get(task.href)).body.outputs).toEqual({
    counts: { class: 'File', path: t.reads, name: 'counts.txt', size: 3 },
    other: null,
  })
})
