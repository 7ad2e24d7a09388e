import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashed, storeHashed } from '../../src/database/values.ts'
import { STANDARD } from '../../src/limits/limits.ts'
import { StreamSlots } from '../../src/pacing/stream-slots.ts'
import { SmallFiles } from '../../src/storage/small-files.ts'
import { Sweeper } from '../../src/sweep/sweeper.ts'
import { uploadFolders } from '../../src/uploads/folders.ts'
import { TOOL } from '../support/documents.ts'
import { TaskFixture } from '../support/task-fixture.ts'

let t: TaskFixture

beforeAll(async () => {
  t = await TaskFixture.start()
})
afterAll(() => t.api.close())

/** Values are looked at once a day: each sweep has a sweeper of its own. */
async function sweep(minutes: number): Promise<void> {
  const troubles: unknown[] = []
  const sweeper = new Sweeper({
    database: t.api.database,
    contents: t.api.contents,
    uploads: uploadFolders(t.api.uploadsFolder, t.api.contents.room, new StreamSlots(32)),
    limits: { ...STANDARD, 'removal-minutes': minutes },
    patience: 0,
    trouble: error => troubles.push(error),
  })
  await sweeper.sweep()
  await sweeper.close()
  expect(troubles).toEqual([])
}

const hashes = async () =>
  (await t.api.database.read.selectFrom('stored_values').select('hash').execute()).map(row => row.hash)

const taskOf = (id: string) =>
  t.api.database.read.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

test('values that nothing refers to go, when that has been so for a while', async () => {
  const loose = hashed('"nobody needs it"')
  await t.api.database.write(tx => storeHashed(tx, loose))
  await sweep(60)
  await sweep(60)
  expect(await hashes()).toContain(loose.hash)
  await sweep(-1)
  expect(await hashes()).not.toContain(loose.hash)
})

test('a value that is stored again meanwhile stays', async () => {
  const again = hashed('"somebody needs it again"')
  await t.api.database.write(tx => storeHashed(tx, again))
  await sweep(60)
  await t.api.database.write(tx => storeHashed(tx, again))
  await sweep(-1)
  expect(await hashes()).toContain(again.hash)
})

test('what tasks, jobs and apps refer to stays, also the app of a record whose app is no more', async () => {
  const task = (await t.create({ name: 'kept' }, '?action=run')).body
  const draft = await t.draft({ inputs: {} })
  const app = await t.kim.app(t.project, 'gone', { ...TOOL, label: 'Gone' })
  const other = (await t.create({ app, name: 'of a gone app' }, '?action=run')).body
  const { record, model } = await taskOf(other.id)
  expect(model).toMatch(/^[0-9a-f]{64}$/)
  const plan = hashed('"a plan"')
  await t.api.database.write(async tx => {
    await storeHashed(tx, plan)
    await tx.deleteFrom('app_revisions').where('app', 'like', '%gone%').execute()
    await tx.deleteFrom('apps').where('id', 'like', '%gone%').execute()
  })
  await sweep(-1)
  await sweep(-1)
  const left = await hashes()
  const rows = [await taskOf(task.id), await taskOf(draft.id)]
  for (const row of rows) {
    for (const hash of [row.inputs, row.outputs, row.record, row.model]) if (hash !== null) expect(left).toContain(hash)
  }
  expect(left).toEqual(expect.arrayContaining([record, model]))
  expect(left).not.toContain(plan.hash)
  expect((await t.kim.get(`/tasks/${other.id}`)).status).toBe(200)
  expect((await t.recordOf(other)).process).toBeDefined()
})

test('of the folders of small files those go that no machine has touched for a day', async () => {
  const cache = join(t.api.uploadsFolder, 'small')
  const day = Date.now() / 1000 - 90_000
  for (const name of ['dead', 'alive']) await fs.mkdir(join(cache, name), { recursive: true })
  await fs.utimes(join(cache, 'dead'), day, day)
  const small = new SmallFiles(cache, true, t.api.contents.room)
  const path = await small.get('a', Buffer.from('bytes'), false)
  expect(await fs.readFile(path, 'utf8')).toBe('bytes')
  expect((await fs.readdir(cache)).filter(name => !path.includes(name))).toEqual(['alive'])
  await small.close()
})
