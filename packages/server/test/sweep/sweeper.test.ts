import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ContentGone } from '../../src/database/contents.ts'
import type { Database } from '../../src/database/index.ts'
import { markRemoved } from '../../src/database/sweep.ts'
import { newFileId } from '../../src/ids.ts'
import { STANDARD } from '../../src/limits/limits.ts'
import { StreamSlots } from '../../src/pacing/stream-slots.ts'
import { Sweeper } from '../../src/sweep/sweeper.ts'
import { uploadFolders } from '../../src/uploads/folders.ts'
import { type Api, type Client, send, startApi } from '../support/api.ts'
import { taskRow } from '../support/rows.ts'

interface Content {
  id: string
}

const HOUR = 3_600_000
const LARGE = Buffer.alloc(10_000, 'large')

let api: Api
let kim: Client
let project: string
let troubles: unknown[] = []

beforeAll(async () => {
  api = await startApi()
  kim = await api.user('kim')
  project = await kim.project('Sweeping')
})
beforeEach(() => {
  troubles = []
})
afterAll(() => api.close())

/** One that waits for nothing. */
function makeSweeper(limits: object = {}, untouched = 0, database: Database = api.database): Sweeper {
  return new Sweeper({
    database,
    contents: api.contents,
    uploads: uploadFolders(api.uploadsFolder, api.contents.room, new StreamSlots(32)),
    limits: { ...STANDARD, 'removal-minutes': -1, ...limits },
    untouched,
    patience: 0,
    trouble: error => troubles.push(error),
  })
}

async function sweep(limits: object = {}, untouched = HOUR): Promise<Sweeper['swept']> {
  const sweeper = makeSweeper(limits, untouched)
  await sweeper.sweep()
  await sweeper.close()
  expect(troubles).toEqual([])
  return sweeper.swept
}

const rowOf = (content: string) =>
  api.database.read.selectFrom('contents').selectAll().where('id', '=', content).executeTakeFirstOrThrow()

async function contentOf(file: string): Promise<string> {
  const { read } = api.database
  return (await read.selectFrom('files').select('content').where('id', '=', file).executeTakeFirstOrThrow()).content!
}

const placeOf = (content: string) => join(api.contents.storeFolder, content.slice(-2), content)
const isThere = (path: string) =>
  fs.stat(path).then(
    () => true,
    () => false,
  )

async function bytesOf(file: string): Promise<Buffer> {
  return (await send((await kim.get(`/files/${file}/download_info`)).body.url)).bytes
}

test.each([
  ['in the store', LARGE],
  ['in its row', Buffer.from('small')],
])('the bytes of a deleted file leave from where they lie, %s; row and hash stay', async (_, bytes) => {
  const file = await kim.upload({ project }, `deleted-${bytes.length}`, bytes)
  const content = await contentOf(file)
  const sha256 = await api.contents.sha256(content)
  const path = await api.contents.materialise(content)
  await sweep()
  expect((await rowOf(content)).condemned).toBeNull()
  await kim.delete(`/files/${file}`)
  const { freed } = await sweep()
  expect(freed).toBe(bytes.length)
  expect(await isThere(path)).toBe(false)
  expect(await rowOf(content)).toMatchObject({ sha256, size: bytes.length, bytes: null, gone: expect.any(Number) })
  await expect(api.contents.materialise(content)).rejects.toThrow(ContentGone)
  expect(await api.contents.open(content)).toBeUndefined()
})

test('what the rows of a deleted project held leaves, what others hold of it stays', async () => {
  const other = await kim.project('Deleted')
  const [mine, copied] = await Promise.all(
    ['mine', 'copied'].map(name => kim.upload({ project: other }, name, Buffer.alloc(10_000, name))),
  )
  const copy = (await kim.post(`/files/${copied}/actions/copy`, { project, name: 'copy' })).body.id
  const contents = [await contentOf(mine!), await contentOf(copied!)]
  expect((await kim.delete(`/projects/${other}`)).status).toBe(204)
  await sweep()
  expect(await Promise.all(contents.map(content => isThere(placeOf(content))))).toEqual([false, true])
  expect(await bytesOf(copy)).toEqual(Buffer.alloc(10_000, 'copied'))
})

test('it waits between the two looks, and who holds a condemned content takes that back', async () => {
  const file = await kim.upload({ project }, 'revived', LARGE)
  const content = await contentOf(file)
  await kim.delete(`/files/${file}`)
  await sweep({ 'removal-minutes': 60 })
  const { condemned } = await rowOf(content)
  expect(condemned).toBeGreaterThan(Date.now() - HOUR)
  expect(await isThere(placeOf(content))).toBe(true)
  await api.database.write(tx => api.contents.hold(tx, content, 'file:new'))
  expect((await rowOf(content)).condemned).toBeNull()
  await sweep()
  expect(await isThere(placeOf(content))).toBe(true)
  await api.database.write(tx => api.contents.release(tx, 'file:new'))
  await sweep()
  expect(await isThere(placeOf(content))).toBe(false)
  await expect(api.database.write(tx => api.contents.hold(tx, content, 'file:late'))).rejects.toThrow(ContentGone)
})

test('holding and letting go at once: either the holder is refused or the bytes stay', async () => {
  for (let round = 0; round < 20; round++) {
    const content = await api.contents.addBytes(Buffer.alloc(5000, round))
    await api.database.write(async tx => {
      await api.contents.hold(tx, content, 'file:first')
      await tx.updateTable('contents').set({ condemned: 1 }).where('id', '=', content.id).execute()
      await tx.deleteFrom('holders').where('content', '=', content.id).execute()
    })
    const hold = () => api.database.write(tx => api.contents.hold(tx, content.id, 'file:other'))
    const go = () => api.database.write(tx => markRemoved(tx, [content.id]))
    const [held, gone] = await Promise.all(
      round % 2
        ? [hold().catch(error => error), go()]
        : [
            Promise.resolve()
              .then(hold)
              .catch(error => error),
            go(),
          ],
    )
    const isHeld = !(held instanceof ContentGone)
    expect([isHeld, gone.length]).toEqual(isHeld ? [true, 0] : [false, 1])
    expect((await rowOf(content.id)).gone === null).toBe(isHeld)
  }
})

test('files of the store that no row wants leave when nobody has touched them, and no others', async () => {
  const file = await kim.upload({ project }, 'known', LARGE)
  const known = placeOf(await contentOf(file))
  const stray = await api.contents.addBytes(LARGE)
  const half = `${placeOf(newFileId())}.new`
  await fs.mkdir(join(half, '..'), { recursive: true })
  await fs.writeFile(half, 'half of it')
  await sweep({}, HOUR)
  expect(await Promise.all([known, placeOf(stray.id), half].map(isThere))).toEqual([true, true, true])
  await sweep({}, -1000)
  expect(await Promise.all([known, placeOf(stray.id), half].map(isThere))).toEqual([true, false, false])
})

test('while nothing can be written no file goes that has no row: a job that has ended may wait to give it one', async () => {
  const waits = await api.contents.addBytes(LARGE)
  const full = async () => {
    throw new Error('the disk is full')
  }
  const sweeper = makeSweeper({}, -1000, { ...api.database, write: full })
  await sweeper.sweep()
  await sweeper.close()
  expect(await isThere(placeOf(waits.id))).toBe(true)
  expect(troubles).not.toEqual([])
})

test('bytes that a crash left after their content had gone leave, too', async () => {
  const file = await kim.upload({ project }, 'crashed', LARGE)
  const content = await contentOf(file)
  await kim.delete(`/files/${file}`)
  await sweep({ 'removal-minutes': 60 })
  await api.database.write(tx => markRemoved(tx, [content]))
  expect(await isThere(placeOf(content))).toBe(true)
  await sweep({}, -1000)
  expect(await isThere(placeOf(content))).toBe(false)
})

test('several that sweep at once free everything once', async () => {
  const files = await Promise.all(Array.from({ length: 20 }, (_, n) => kim.upload({ project }, `many-${n}`, LARGE)))
  const contents = await Promise.all(files.map(contentOf))
  for (const file of files) await kim.delete(`/files/${file}`)
  const sweepers = [makeSweeper({}, HOUR), makeSweeper({}, HOUR), makeSweeper({}, HOUR)]
  await Promise.all(sweepers.map(sweeper => sweeper.sweep()))
  await Promise.all(sweepers.map(sweeper => sweeper.close()))
  expect(troubles).toEqual([])
  expect(sweepers.reduce((sum, sweeper) => sum + sweeper.swept.freed, 0)).toBe(20 * LARGE.length)
  expect((await Promise.all(contents.map(content => isThere(placeOf(content))))).every(there => !there)).toBe(true)
})

test('an upload ends that got no part for its days; one that got some lately goes on', async () => {
  const uploads: { href: string; id: string }[] = []
  for (const name of ['old', 'young', 'touched']) {
    const { href, upload_id } = (await kim.post('/upload/multipart', { project, name, size: 3 })).body
    await kim.part(href, 1, Buffer.from('abc'))
    uploads.push({ href, id: String(upload_id) })
  }
  const [old, young, touched] = uploads
  const initiated = Date.now() - 8 * 24 * HOUR
  const set = (id: string, row: object) =>
    api.database.write(tx => tx.updateTable('uploads').set(row).where('id', '=', id).execute())
  await set(old!.id, { initiated, touched: initiated })
  await set(touched!.id, { initiated })
  await sweep()
  expect((await kim.get(old!.href)).body.code).toBe(8003)
  expect(await isThere(join(api.uploadsFolder, old!.id))).toBe(false)
  for (const { href } of [young!, touched!]) expect((await kim.post(`${href}/complete`)).status).toBe(201)
})

test("what a task's jobs made is kept for the project's retention after its end, and what became a file for longer", async () => {
  const made = await Promise.all(['ended', 'kept', 'runs'].map(name => api.contents.addBytes(Buffer.alloc(5000, name))))
  const [ended, kept, runs] = made as { id: string }[] as [Content, Content, Content]
  const [over, going] = [
    taskRow({ project, status: 'COMPLETED', ended: Date.now() - 25 * HOUR }),
    taskRow({ project, status: 'RUNNING' }),
  ]
  await api.database.write(async tx => {
    await tx.insertInto('tasks').values([over, going]).execute()
    await api.contents.holdAll(tx, [made[0]!, made[1]!], `jobs:${over.id}`)
    await api.contents.holdAll(tx, [made[2]!], `jobs:${going.id}`)
    await api.contents.hold(tx, kept.id, 'file:output')
  })
  const there = () => Promise.all([ended, kept, runs].map(({ id }) => isThere(placeOf(id))))
  await kim.patch(`/projects/${project}`, { settings: { intermediate_files: { duration: 26 } } })
  await sweep()
  expect(await there()).toEqual([true, true, true])
  await kim.patch(`/projects/${project}`, { settings: { intermediate_files: { duration: 24 } } })
  await sweep()
  expect(await there()).toEqual([false, true, true])
})
