import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { LeftTree } from '@reprise/runner'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OpenDatabase } from '../../src/database/open.ts'
import { Contents, INLINE, type NewContent } from '../../src/storage/contents.ts'
import { openTestDatabase } from '../support/database.ts'

let folder: string
let database: OpenDatabase
let contents: Contents

beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'reprise-contents-'))
  database = await openTestDatabase(folder)
  contents = new Contents({ database, folder })
})

afterEach(async () => {
  await contents.close()
  await database.close()
  await fs.rm(folder, { recursive: true })
})

const small = 'short'
const large = 'x'.repeat(INLINE + 1)
const sha256 = (data: string) => createHash('sha256').update(data).digest('hex')

async function write(name: string, data: string): Promise<string> {
  const path = join(folder, name)
  await fs.writeFile(path, data)
  return path
}

async function held(content: NewContent): Promise<string> {
  await database.write(tx => contents.hold(tx, content, 'file:1'))
  return content.id
}

async function take(path: string): Promise<NewContent> {
  using file = new LeftTree(dirname(path)).open(basename(path))
  return await contents.addFromJob(file)
}

describe.each([
  ['a small content', small],
  ['a large content', large],
  ['an empty content', ''],
])('%s', (_, data) => {
  const ways: [string, () => Promise<NewContent>][] = [
    ['bytes', () => contents.addBytes(Buffer.from(data))],
    ['a file of ours', async () => contents.addFromPath(await write('upload', data))],
    ['a file of a job', async () => take(await write('output', data))],
  ]

  test.each(ways)('from %s is read back, whole, in part and as a file', async (_, add) => {
    const content = await add()
    expect(content.size).toBe(data.length)
    const id = await held(content)
    expect(await text((await contents.open(id))!.stream)).toBe(data)
    expect(await text((await contents.open(id, { start: 1, end: 3 }))!.stream)).toBe(data.slice(1, 4))
    expect(Buffer.from(await contents.read(id, 4)).toString()).toBe(data.slice(0, 4))
    const path = await contents.materialise(id)
    expect(await fs.readFile(path, 'utf8')).toBe(data)
    expect((await fs.stat(path)).mode & 0o222).toBe(0)
    expect(await contents.sha256(id)).toBe(sha256(data))
    expect((await database.read.selectFrom('contents').select('sha256').executeTakeFirstOrThrow()).sha256).toBe(
      sha256(data),
    )
  })
})

test('an upload is taken over, an output of a job stays where it is, both with one constant time', async () => {
  const upload = await write('upload', large)
  const output = await write('output', large)
  const contentOf = await Promise.all([contents.addFromPath(upload), take(output)])
  await expect(fs.stat(upload)).rejects.toThrow('ENOENT')
  expect(await fs.readFile(output, 'utf8')).toBe(large)
  const times = contentOf.map(async content => (await fs.stat(await contents.materialise(await held(content)))).mtimeMs)
  expect(new Set(await Promise.all(times)).size).toBe(1)
})

test('of what a job left no link is followed and no pipe waited for', async () => {
  const link = join(folder, 'link')
  await fs.symlink('/etc/passwd', link)
  await expect(take(link)).rejects.toThrow('a symbolic link')
  await expect(take('/dev/null')).rejects.toThrow('not a regular file')
})

test('a file with a second name is copied: its owner keeps mode and time', async () => {
  const mine = await write('mine', large)
  await fs.link(mine, join(folder, 'output'))
  const before = await fs.stat(mine)
  await held(await take(join(folder, 'output')))
  const after = await fs.stat(mine)
  expect([after.mode, after.mtimeMs, after.nlink]).toEqual([before.mode, before.mtimeMs, before.nlink])
})

test('missing hashes are made up for, and holders come and go', async () => {
  const id = await held(await contents.addFromPath(await write('upload', large)))
  await contents.hashMissing(new AbortController().signal, () => undefined)
  expect((await database.read.selectFrom('contents').select('sha256').executeTakeFirstOrThrow()).sha256).toBe(
    sha256(large),
  )
  await database.write(tx => contents.hold(tx, id, 'task:1'))
  await database.write(tx => contents.release(tx, 'file:1'))
  expect(await database.read.selectFrom('holders').select('holder').execute()).toEqual([{ holder: 'task:1' }])
})

test('what can not be read keeps no other content from its hash', async () => {
  const ids: string[] = []
  for (const name of ['a', 'b', 'c']) ids.push(await held(await contents.addFromPath(await write(name, name + large))))
  await fs.rm(await contents.materialise(ids.toSorted()[0]!))
  const troubles: unknown[] = []
  await contents.hashMissing(new AbortController().signal, error => troubles.push(error))
  expect(troubles).toEqual([expect.objectContaining({ message: `the content ${ids.toSorted()[0]} has no hash` })])
  const rows = await database.read.selectFrom('contents').select('sha256').where('sha256', 'is not', null).execute()
  expect(rows.length).toBe(2)
})

test('a file that a job made executable stays so, however small', async () => {
  for (const [name, data] of [
    ['tool', small],
    ['program', large],
  ] as const) {
    const output = await write(name, data)
    await fs.chmod(output, 0o755)
    const path = await contents.materialise(await held(await take(output)))
    expect((await fs.stat(path)).mode & 0o777).toBe(0o555)
  }
})
