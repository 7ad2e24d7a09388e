import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenDatabase, openDatabase } from '../../src/database/open.ts'
import { holdersOf } from '../../src/database/sweep.ts'
import { loadJson } from '../../src/database/values.ts'
import { contentsIn } from '../../src/domain/locations.ts'
import { STANDARD } from '../../src/limits/limits.ts'
import { StreamSlots } from '../../src/pacing/stream-slots.ts'
import { Contents } from '../../src/storage/contents.ts'
import { Sweeper } from '../../src/sweep/sweeper.ts'
import { uploadFolders } from '../../src/uploads/folders.ts'
import type { Json } from '../support/api.ts'
import { databaseOf } from '../support/database.ts'
import { Memoizing, RANDOM } from './memoizing.ts'

/** For how long the results of jobs can be taken that are no files: `intermediate_files.duration` hours after their task's end. */
const HOUR = 3_600_000

let on: Memoizing
let database: OpenDatabase
let contents: Contents
let app: string
let count = 0

/** Bytes drawn by chance, which are no file, and their number, which is one. */
const FLOW = {
  cwlVersion: 'v1.2',
  class: 'Workflow',
  inputs: { word: 'string' },
  outputs: { counted: { type: 'File', outputSource: 'count/counted' } },
  steps: {
    draw: { run: RANDOM, in: { word: 'word' }, out: ['drawn'] },
    count: {
      run: {
        class: 'CommandLineTool',
        baseCommand: ['sh', '-c', 'cat "$0"; wc -c < "$0"'],
        inputs: { drawn: { type: 'File', inputBinding: {} } },
        outputs: { counted: 'stdout' },
        stdout: 'counted.txt',
      },
      in: { drawn: 'draw/drawn' },
      out: ['counted'],
    },
  },
}

beforeAll(async () => {
  on = await Memoizing.start('retention')
  const { folder } = on.server
  database = await openDatabase(folder, { url: await databaseOf('retention') })
  contents = new Contents({ database, folder })
  app = await on.kim.app(on.project, 'flow', FLOW)
})
afterAll(async () => {
  await contents.close()
  await database.close()
  await on.close()
})

/** Lets go and condemns; with `remove` what is condemned is removed at once. */
async function sweep({ remove = true }: { remove?: boolean } = {}): Promise<void> {
  const troubles: unknown[] = []
  const sweeper = new Sweeper({
    database,
    contents,
    uploads: uploadFolders(join(on.server.folder, 'uploads'), contents.room, new StreamSlots(32)),
    limits: { ...STANDARD, 'removal-minutes': remove ? -1 : 60 },
    untouched: HOUR,
    patience: 0,
    trouble: error => troubles.push(error),
  })
  await sweeper.sweep()
  await sweeper.close()
  expect(troubles).toEqual([])
}

const endedBefore = (task: Json, hours: number) =>
  database.write(tx =>
    tx
      .updateTable('tasks')
      .set({ ended: Date.now() - hours * HOUR })
      .where('id', '=', String(task.id))
      .execute(),
  )

const taken = async (task: Json) => (await on.jobs(task)).map(job => [job.path, (job.reused as Json)?.task])

/** The content that the job `draw` of a task made. */
async function drawnBy(task: Json): Promise<string> {
  const { read } = database
  const { outputs } = await read
    .selectFrom('jobs')
    .select('outputs')
    .where('task', '=', String(task.id))
    .where('path', '=', 'draw')
    .executeTakeFirstOrThrow()
  return [...contentsIn(JSON.parse(await loadJson(read, outputs!)))][0]!
}

const word = () => ({ word: `word${++count}` })

test('what no file holds is taken within the hours of the project, and run again when they are over', async () => {
  await on.kim.patch(`/projects/${on.project}`, { settings: { intermediate_files: { duration: 3 } } })
  const first = await on.run(app, word())
  expect(first.status).toBe('COMPLETED')
  await endedBefore(first, 2.9)
  await sweep()
  const second = await on.rerun(first)
  expect(await taken(second)).toEqual([
    ['count', first.id],
    ['draw', first.id],
  ])
  // both have ended for so long
  for (const task of [first, second]) await endedBefore(task, 3.1)
  await sweep()
  const third = await on.rerun(first)
  expect(await taken(third)).toEqual([
    ['count', undefined],
    ['draw', undefined],
  ])
  expect(await taken(await on.rerun(first))).toEqual([
    ['count', third.id],
    ['draw', third.id],
  ])
  await on.kim.patch(`/projects/${on.project}`, { settings: { intermediate_files: { duration: 24 } } })
})

test('while a task has not ended, all of it is kept', async () => {
  const slow = { ...FLOW.steps.count.run, baseCommand: ['sh', '-c', 'sleep 2; cat "$0"'] }
  const steps = { ...FLOW.steps, count: { ...FLOW.steps.count, run: slow } }
  const of = await on.kim.app(on.project, 'slow', { ...FLOW, steps })
  const running = on.run(of, word())
  for (;;) {
    await sweep()
    const { items } = (await on.kim.get(`/tasks?project=${on.project}&status=RUNNING`)).body
    if (items.length === 0) continue
    if ((await on.jobs(items[0]!, '&status=DONE')).length > 0) break
  }
  await sweep()
  expect((await running).status).toBe('COMPLETED')
})

test('where the last one that ran was freed, an earlier one is taken that holds', async () => {
  const given = word()
  const [early, late] = [await on.run(app, given, { memoize: false }), await on.run(app, given, { memoize: false })]
  await endedBefore(late, 25)
  await sweep()
  expect(await taken(await on.run(app, given))).toEqual([
    ['count', early.id],
    ['draw', early.id],
  ])
})

test('who takes a result before it is freed, condemned or not, holds it until the end of its own hours', async () => {
  const first = await on.run(app, word())
  await endedBefore(first, 25)
  const drawn = await drawnBy(first)
  await sweep({ remove: false })
  const row = () => database.read.selectFrom('contents').selectAll().where('id', '=', drawn).executeTakeFirstOrThrow()
  expect(await holdersOf(database.read, drawn)).toEqual([])
  expect(await row()).toMatchObject({ condemned: expect.anything(), gone: null })
  const second = await on.rerun(first)
  expect(await taken(second)).toEqual([
    ['count', first.id],
    ['draw', first.id],
  ])
  expect(await drawnBy(second)).toBe(drawn)
  expect(await holdersOf(database.read, drawn)).toEqual([`jobs:${second.id}`])
  await sweep()
  await endedBefore(second, 23)
  await sweep()
  expect(await row()).toMatchObject({ condemned: null, gone: null })
  await endedBefore(second, 25)
  await sweep()
  expect((await row()).gone).not.toBeNull()
  expect((await taken(await on.rerun(first))).map(([, from]) => from)).toEqual([undefined, undefined])
})

test('a result that other projects took stays as long as the longest of them says', async () => {
  const short = await on.kim.project('Short', { intermediate_files: { duration: 1 } })
  const long = await on.kim.project('Long', { intermediate_files: { duration: 120 } })
  const given = word()
  const apps = await Promise.all([short, long].map(project => on.kim.app(project, 'flow', FLOW)))
  const first = await on.run(apps[0]!, given, { project: short })
  const second = await on.run(apps[1]!, given, { project: long })
  expect(await on.reused(second)).toBe(2)
  for (const task of [first, second]) await endedBefore(task, 100)
  await sweep()
  const third = await on.run(apps[0]!, given, { project: short })
  expect(await on.digests(third)).toEqual(await on.digests(first))
})
