import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JobRow } from '../../src/database/schema.ts'
import { storeValue } from '../../src/database/values.ts'
import { jobRow } from '../../src/execution/job-row.ts'
import { type Holdings, showHoldings } from '../../src/sweep/holdings.ts'
import { type Api, type Client, startApi } from '../support/api.ts'
import { taskRow } from '../support/rows.ts'

/** What `reprise storage` says of rows that are there. */
const HOUR = 3_600_000
const ENDED = 1_900_000_000_000

let api: Api
let kim: Client
let count = 0

beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim')
})
afterAll(() => api.close())

/** Bytes that nobody holds yet. */
async function content(size: number) {
  const made = await api.contents.addBytes(Buffer.alloc(size, `content ${++count}`))
  await api.database.write(async tx => {
    await api.contents.hold(tx, made, 'file:none')
    await api.contents.release(tx, 'file:none')
  })
  return made.id
}

async function hold(holder: string, ...contents: string[]) {
  await api.database.write(async tx => {
    for (const each of contents) await api.contents.hold(tx, each, holder)
  })
}

async function task(project: string, fields: object = {}): Promise<string> {
  const row = taskRow({ project, status: 'COMPLETED', ended: ENDED, ...fields })
  await api.database.write(tx => tx.insertInto('tasks').values(row).execute())
  return row.id
}

/** A job of 10 s on 2 cores that made these contents. */
async function job(task: string, path: string, contents: string[], fields: Partial<JobRow> = {}): Promise<void> {
  await api.database.write(async tx => {
    const files = contents.map(id => ({ class: 'File', location: `content:${id}`, basename: 'a' }))
    const outputs = await storeValue(tx, { made: files, path })
    const row = {
      ...jobRow(task, undefined, path),
      status: 'DONE' as const,
      outputs,
      cores: 2,
      started: 0,
      ended: 10_000,
      ...fields,
    }
    await tx.insertInto('jobs').values(row).execute()
  })
}

const show = async (project?: string, limit?: number): Promise<Holdings> =>
  (await showHoldings(api.database.read, { project, limit }))!

test('each content counts once, by who holds it; what nothing else holds stands beside', async () => {
  const before = await show()
  const project = await kim.project('Kinds')
  const file = await kim.upload({ project }, 'file', Buffer.alloc(5000, 'file'))
  const { content: uploaded } = await api.database.read
    .selectFrom('files')
    .select('content')
    .where('id', '=', file)
    .executeTakeFirstOrThrow()
  const [record, loose] = [await content(300), await content(70)]
  const id = await task(project)
  await hold(`task:${id}`, uploaded!, record)
  await hold('transfer:1', uploaded!)
  const { upload_id } = (await kim.post('/upload/multipart', { project, name: 'coming', size: 3 })).body
  await kim.part(`/upload/multipart/${upload_id}`, 1, Buffer.from('abc'))
  const held = await show(project)
  expect(held).toMatchObject({
    total: { contents: 2, bytes: 5300 },
    volumes: { contents: 0, bytes: 0 },
    held: [
      { by: 'file', contents: 1, bytes: 5000, alone: { contents: 0, bytes: 0 } },
      { by: 'task', contents: 2, bytes: 5300, alone: { contents: 1, bytes: 300 } },
    ],
    loose: { contents: 0 },
    uploads: { uploads: 1, bytes: 3 },
    freeing: { contents: 0, bytes: 0, jobs: 0 },
    projects: [{ project, contents: 2, bytes: 5300, files: { bytes: 5000 }, intermediates: { bytes: 0 }, hours: 24 }],
    tasks: [],
  })
  const all = await show()
  expect(all.total.bytes).toBe(before.total.bytes + 5370)
  expect(all.loose).toEqual({ contents: before.loose.contents + 1, bytes: before.loose.bytes + 70 })
  expect(all.held.find(({ by }) => by === 'transfer')).toMatchObject({ contents: 1, bytes: 5000 })
  expect(loose).toBeTruthy()
})

test('to free intermediates costs the jobs whose outputs they are, and no job whose outputs are files', async () => {
  const project = await kim.project('Costs')
  await kim.patch(`/projects/${project}`, { settings: { intermediate_files: { duration: 7 } } })
  const [id, running] = [await task(project), await task(project, { status: 'RUNNING', ended: null })]
  const [between, other, output, now] = [await content(400), await content(600), await content(50), await content(2)]
  await hold(`jobs:${id}`, between, other, output)
  await hold(`jobs:${running}`, now)
  await hold('file:output', output)
  await job(id, 'first', [between])
  await job(id, 'many[1]', [output, other])
  await job(id, 'last', [output])
  await job(id, 'values', [])
  await job(running, 'tool', [now], { ended: 500 })
  const held = await show(project)
  expect(held.freeing).toEqual({ contents: 3, bytes: 1002, jobs: 3, seconds: 20.5, core_seconds: 41 })
  expect(held.projects).toMatchObject([{ project, bytes: 1052, hours: 7, freeing: held.freeing }])
  expect(held.tasks).toMatchObject([
    { task: id, name: 'task', status: 'COMPLETED', project, contents: 3, bytes: 1050, until: ENDED + 7 * HOUR },
    { task: running, status: 'RUNNING', bytes: 2, until: null, freeing: { jobs: 1, seconds: 0.5 } },
  ])
  expect(held.tasks[0]!.freeing).toEqual({ contents: 2, bytes: 1000, jobs: 2, seconds: 20, core_seconds: 40 })
  expect((await show(project, 1)).tasks).toHaveLength(1)
})

test('what jobs of several tasks hold is freed with the last, and counts once with the time of the job that ran', async () => {
  const project = await kim.project('Taken')
  const elsewhere = await kim.project('Elsewhere')
  const [origin, rerun, abroad] = [await task(project), await task(project), await task(elsewhere)]
  const [both, own, far] = [await content(100), await content(10), await content(1000)]
  await hold(`jobs:${origin}`, both, own, far)
  await hold(`jobs:${rerun}`, both)
  await hold(`jobs:${abroad}`, far)
  await job(origin, 'both', [both])
  await job(origin, 'own', [own])
  await job(origin, 'far', [far])
  await job(rerun, 'both', [both], { reused_task: origin, reused_path: 'both', saved: 10_000, started: 5, ended: 5 })
  await job(abroad, 'far', [far], { reused_task: origin, reused_path: 'far', saved: 10_000, started: 5, ended: 5 })
  const held = await show(project)
  expect(held.freeing).toEqual({ contents: 2, bytes: 110, jobs: 2, seconds: 20, core_seconds: 40 })
  const by = new Map(held.tasks.map(row => [row.task, row.freeing]))
  expect(by.get(origin)).toMatchObject({ bytes: 10, jobs: 1, seconds: 10 })
  expect(by.get(rerun)).toMatchObject({ bytes: 0, jobs: 0, seconds: 0 })
  const all = await show()
  const rows = all.projects.filter(row => [project, elsewhere].includes(row.project))
  expect(rows.map(row => [row.project, row.bytes, row.freeing.bytes, row.freeing.jobs])).toEqual([
    [project, 1110, 110, 2],
    [elsewhere, 1000, 0, 0],
  ])
  const without = all.freeing.seconds
  await api.database.write(tx =>
    tx
      .deleteFrom('holders')
      .where('holder', 'in', [`jobs:${origin}`])
      .execute(),
  )
  expect((await show()).freeing.seconds).toBe(without - 10)
})

test('what a task that is not there any more holds is held, of no project, until the sweeper looks', async () => {
  const before = await show()
  await hold('jobs:nothing', await content(9))
  const after = await show()
  expect(after.freeing.bytes).toBe(before.freeing.bytes + 9)
  expect(after.tasks.find(row => row.task === 'nothing')).toEqual({
    task: 'nothing',
    contents: 1,
    bytes: 9,
    freeing: { contents: 1, bytes: 9, jobs: 0, seconds: 0, core_seconds: 0 },
  })
  expect(await showHoldings(api.database.read, { project: 'kim/nothing' })).toBeUndefined()
})
