import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OpenDatabase } from '../../src/database/open.ts'
import { checkStorage, type Finding } from '../../src/storage/check.ts'
import { Contents } from '../../src/storage/contents.ts'
import { openTestDatabase } from '../support/database.ts'

let folder: string
let database: OpenDatabase
let contents: Contents

beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'reprise-check-'))
  database = await openTestDatabase(folder)
  contents = new Contents({ database, folder })
})
afterEach(async () => {
  await contents.close()
  await database.close()
  await fs.rm(folder, { recursive: true })
})

async function check(options = {}): Promise<Finding[]> {
  const findings: Finding[] = []
  for await (const finding of checkStorage(database, folder, options)) findings.push(finding)
  return findings
}

async function held(text: string, holder = 'file:1'): Promise<string> {
  const content = await contents.addBytes(Buffer.alloc(5000, text))
  await database.write(tx => contents.hold(tx, content, holder))
  return content.id
}

test('what is whole is not told of: contents in the store, in rows, and those that have gone', async () => {
  await held('store')
  await database.write(async tx => contents.hold(tx, await contents.addBytes(Buffer.from('row')), 'file:2'))
  expect(await check()).toEqual([])
})

test('with fix old files that no row wants go, young ones and those with a row stay', async () => {
  const known = await contents.materialise(await held('known'))
  const left = await contents.addBytes(Buffer.alloc(5000))
  const path = join(folder, 'store', left.id.slice(-2), left.id)
  expect(await check({ fix: true })).toEqual([{ type: 'unknown', path, size: 5000, young: true, mended: false }])
  expect(await check({ fix: true, untouched: -1000 })).toMatchObject([{ path, young: false, mended: true }])
  expect(await check()).toEqual([])
  expect((await fs.stat(known)).size).toBe(5000)
})

test('a file that is too short is told of with who needs it, and no fix hides it', async () => {
  const id = await held('short')
  const path = await contents.materialise(id)
  await fs.chmod(path, 0o600)
  await fs.truncate(path, 10)
  const finding = { type: 'missing', id, size: 5000, found: 10, holders: ['file:1'], mended: false }
  expect(await check({ fix: true })).toEqual([finding])
  await database.write(tx => contents.release(tx, 'file:1'))
  expect(await check({ fix: true })).toEqual([{ ...finding, holders: [], mended: true }])
  // its row has gone: the rest of its file is one that no row wants
  expect(await check({ fix: true, untouched: -1000 })).toMatchObject([{ type: 'unknown', path, mended: true }])
  expect(await check()).toEqual([])
})
