import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listFiles } from '../../src/database/file-lists.ts'
import { findFile } from '../../src/database/files.ts'
import { hasChildren, listPending } from '../../src/database/pending.ts'
import { searchFiles } from '../../src/database/search.ts'
import { moveTask } from '../../src/database/task-states.ts'
import { FreeNames } from '../../src/files/free-names.ts'
import { STANDARD } from '../../src/limits/limits.ts'
import { StreamSlots } from '../../src/pacing/stream-slots.ts'
import { Sweeper } from '../../src/sweep/sweeper.ts'
import { uploadFolders } from '../../src/uploads/folders.ts'
import { Harness } from '../support/harness.ts'

const COUNT = 300

let harness: Harness

beforeEach(async () => {
  harness = await Harness.make()
  const settings = JSON.stringify({ intermediate_files: { retention: 'LIMITED', duration: 24 } })
  await harness.write(tx => tx.updateTable('projects').set({ settings }).execute())
})

afterEach(async () => {
  await harness.close()
})

/** Many files, one of them in a folder with as many again. */
const MANY = `
cwlVersion: v1.2
class: CommandLineTool
id: main
inputs: { reads: File }
outputs:
  all: { type: "File[]", outputBinding: { glob: "*.txt" } }
  folder: { type: Directory, outputBinding: { glob: folder } }
baseCommand: [sh, -c]
arguments: ['mkdir folder; seq ${COUNT} | while read n; do echo $n > f$n.txt; echo $n > folder/g$n.txt; done']`

const submit = async () =>
  await harness.submit(MANY, { reads: await harness.file('reads.bam', 'reads', { sample: 's1' }) })

const stored = () => harness.database.read.selectFrom('file_rows').selectAll().where('origin_task', 'is not', null)

const seen = () => harness.database.read.selectFrom('files').selectAll().where('origin_task', 'is not', null).execute()

/** Those that are files of the project, without logs. */
const files = async () => (await seen()).filter(row => row.parent !== null)

const metadata = () => harness.database.read.selectFrom('file_metadata').selectAll().execute()

async function expectWhole(task: string): Promise<void> {
  const rows = await files()
  expect(rows.filter(row => row.type === 'folder').map(row => row.name)).toEqual(['folder'])
  const names = rows.map(row => `${row.parent === harness.root ? '' : 'folder/'}${row.name}`).sort()
  const numbers = Array.from({ length: COUNT }, (_, n) => n + 1)
  expect(names).toEqual(['folder', ...numbers.flatMap(n => [`f${n}.txt`, `folder/g${n}.txt`])].sort())
  expect(await metadata()).toHaveLength(2 * COUNT)
  const outputs = await harness.outputs(await harness.task(task))
  const ids = new Set(rows.map(row => row.id))
  const paths = (outputs.all as { path: string }[]).map(({ path }) => path)
  expect(paths.filter(path => ids.has(path))).toHaveLength(COUNT)
  const holders = await harness.database.read.selectFrom('holders').select('holder').execute()
  expect(holders.filter(({ holder }) => ids.has(holder.slice('file:'.length)))).toHaveLength(2 * COUNT)
}

async function sweep(): Promise<void> {
  const troubles: unknown[] = []
  const sweeper = new Sweeper({
    database: harness.database,
    contents: harness.contents,
    uploads: uploadFolders(join(harness.folder, 'uploads'), harness.contents.room, new StreamSlots(32)),
    limits: STANDARD,
    patience: 0,
    trouble: error => troubles.push(error),
  })
  await sweeper.sweep()
  await sweeper.close()
  expect(troubles).toEqual([])
}

test('outputs that are too many for one transaction all become files', async () => {
  await harness.start()
  const task = await submit()
  expect(await harness.ended(task)).toMatchObject({ status: 'COMPLETED', message: '' })
  await expectWhole(task)
  await harness.stop()
  expect(await stored().where('pending', 'is not', null).execute()).toEqual([])
  expect(await listPending(harness.database.read)).toEqual([])
})

test('killed between two of the transactions, nothing is seen; then it goes on and ends in the same rows', async () => {
  await harness.start('after-rows:3')
  const task = await submit()
  await harness.dead()
  expect((await stored().where('pending', '=', task).execute()).length).toBeGreaterThan(400)
  expect(await files()).toEqual([])
  expect(await metadata()).toEqual([])
  await harness.start('after-rows:2')
  await harness.dead()
  expect(await files()).toEqual([])
  await harness.start()
  expect(await harness.ended(task)).toMatchObject({ status: 'COMPLETED', steps_completed: 1 })
  await harness.stop()
  await expectWhole(task)
  expect(await listPending(harness.database.read)).toEqual([])
}, 180_000)

test('killed when all is to be seen, it is; the sweeper makes plain rows of it', async () => {
  await harness.start('after-finish')
  const task = await submit()
  await harness.dead()
  expect(await harness.task(task)).toMatchObject({ status: 'COMPLETED' })
  expect(await stored().where('pending', '=', task).execute()).toHaveLength(2 * COUNT + 1)
  await expectWhole(task)
  await sweep()
  expect(await listPending(harness.database.read)).toEqual([])
  await expectWhole(task)
})

test('of a task that is aborted in between nothing stays', async () => {
  await harness.start('after-rows:3')
  const task = await submit()
  await harness.dead()
  await harness.write(tx => moveTask(tx, task, ['RUNNING'], 'ABORTING'))
  await harness.start()
  expect(await harness.ended(task)).toMatchObject({ status: 'ABORTED' })
  expect((await stored().execute()).filter(row => row.parent !== null)).toEqual([])
  expect(await listPending(harness.database.read)).toEqual([])
  const holders = await harness.database.read.selectFrom('holders').select('holder').execute()
  const rows = new Set((await stored().execute()).map(({ id }) => `file:${id}`))
  expect(holders.filter(({ holder }) => holder.startsWith('file:') && !rows.has(holder))).toEqual([])
})

test('the sweeper discards what is pending of a task that has ended otherwise, and nothing of one on its way', async () => {
  await harness.start('after-rows:3')
  const task = await submit()
  await harness.dead()
  const pending = await stored().where('pending', '=', task).execute()
  await sweep()
  expect(await stored().where('pending', '=', task).execute()).toHaveLength(pending.length)
  await harness.write(tx => tx.updateTable('tasks').set({ status: 'FAILED' }).where('id', '=', task).execute())
  await sweep()
  expect((await stored().execute()).filter(row => row.parent !== null)).toEqual([])
  expect(await listPending(harness.database.read)).toEqual([])
})

test('what is pending is in no list, has its name, and its folder is not empty', async () => {
  await harness.start('after-rows:3')
  await submit()
  await harness.dead()
  const { read, slow } = harness.database
  const { id, name } = (await stored().where('name', '=', 'f10.txt').executeTakeFirst())!
  expect(await findFile(read, id, 'kim')).toBeUndefined()
  const page = { limit: 10, offset: 0 }
  expect((await listFiles(read, { parent: harness.root }, page)).total).toBe(0)
  const withSample = { parent: harness.root, metadata: [['sample', ['s1']] as [string, string[]]] }
  expect((await listFiles(read, withSample, page)).total).toBe(0)
  for (const condition of [undefined, { field: 'name' as const, operator: '=' as const, values: [name] }]) {
    expect(await searchFiles(slow, { projects: ['kim/rna'], condition, after: '', limit: 10 })).toEqual([])
  }
  expect(await hasChildren(read, harness.root)).toBe(true)
  expect(await harness.write(tx => new FreeNames(tx, harness.root).freePrefix([name]))).toBe('_1_')
})

const SOURCE = fileURLToPath(new URL('../../src', import.meta.url))
/** Where rows are read that are not to be seen: the one that knows of them, the removal of all that a project has, and what the operator sees of the bytes that are held. */
const MAY_READ = ['database/holdings.ts', 'database/pending.ts', 'database/project-removal.ts']

test('queries read files where only what is to be seen is', async () => {
  const names = (await readdir(SOURCE, { recursive: true })).filter(name => name.endsWith('.ts'))
  const reading: string[] = []
  for (const name of names) {
    if (name.startsWith('database/migrations/')) continue
    const text = await readFile(join(SOURCE, name), 'utf8')
    const reads = /(from|join|selectFrom|idsOf\(tx, |Join\()\s*\(?['"`]?(file_rows|file_metadata_rows)\b/i
    if (reads.test(text.replaceAll(/deleteFrom\('\w+'\)/g, ''))) reading.push(name)
  }
  expect(reading.sort()).toEqual(MAY_READ)
})
