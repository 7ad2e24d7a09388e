import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { File, Values } from '@reprise/cwl'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OpenDatabase } from '../../src/database/open.ts'
import { publishOutputs } from '../../src/execution/publish.ts'
import { openTestDatabase } from '../support/database.ts'
import { makeProject } from '../support/project.ts'

let folder: string
let database: OpenDatabase
let root: string

beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'reprise-publish-'))
  database = await openTestDatabase(folder)
  root = await makeProject(database, 'kim/rna')
})

afterEach(async () => {
  await database.close()
  await fs.rm(folder, { recursive: true })
})

const publish = (outputs: Values, inputs: Values = {}) => {
  const task = { id: 't1', project: 'kim/rna', record: { inputs, folder: root } }
  return database.write(tx => publishOutputs(tx, task, outputs))
}

const rows = () => database.read.selectFrom('files').selectAll().where('origin_task', '=', 't1').orderBy('id').execute()

let number = 0
const file = (basename: string, fields: Partial<File> = {}): File => ({
  class: 'File',
  location: `content:c${++number}`,
  basename,
  size: 3,
  ...fields,
})

test('names that exist get a number, and a file and its secondary files the same one', async () => {
  await publish({ a: file('x.bam') })
  const published = await publish({
    list: [file('x.bam', { secondaryFiles: [file('x.bam.bai')] }), file('x.bam'), file('y.txt')],
  })
  expect(published).toEqual({
    list: [
      {
        class: 'File',
        path: expect.any(String),
        name: '_1_x.bam',
        size: 3,
        secondaryFiles: [{ class: 'File', path: expect.any(String), name: '_1_x.bam.bai', size: 3 }],
      },
      { class: 'File', path: expect.any(String), name: '_2_x.bam', size: 3 },
      { class: 'File', path: expect.any(String), name: 'y.txt', size: 3 },
    ],
  })
  expect((await rows()).map(row => [row.name, row.parent])).toEqual([
    ['x.bam', root],
    ['_1_x.bam', root],
    ['_1_x.bam.bai', root],
    ['_2_x.bam', root],
    ['y.txt', root],
  ])
})

test('five hundred outputs of one name are all kept', async () => {
  const published = await publish({ all: Array.from({ length: 500 }, () => file('out.txt')) })
  const names = (published.all as { name: string }[]).map(each => each.name)
  expect(new Set(names).size).toBe(500)
  expect(names.slice(0, 3)).toEqual(['out.txt', '_1_out.txt', '_2_out.txt'])
  expect(await rows()).toHaveLength(500)
})

test('one file named by two outputs becomes one file', async () => {
  const same = file('same.txt')
  const published = await publish({ a: same, b: [same], c: null, n: 7 })
  expect(published.b).toEqual([published.a])
  expect(published).toMatchObject({ c: null, n: 7 })
  expect(await rows()).toHaveLength(1)
})

test('a folder becomes a folder with its files', async () => {
  const published = await publish({
    d: {
      class: 'Directory',
      basename: 'd',
      listing: [file('a'), { class: 'Directory', basename: 'e', listing: [file('a')] }],
    },
  })
  expect(published.d).toEqual({ class: 'Directory', path: expect.any(String), name: 'd' })
  expect((await rows()).map(row => [row.type, row.name])).toEqual([
    ['folder', 'd'],
    ['file', 'a'],
    ['folder', 'e'],
    ['file', 'a'],
  ])
})

test("metadata is the output's own, else what all input files agree on", async () => {
  const inputs: Values = {
    reads: [
      file('1', { metadata: { sample: 's1', lane: '1' } }),
      file('2', { metadata: { sample: 's1', lane: '2' }, secondaryFiles: [file('i', { metadata: { sample: 's9' } })] }),
    ],
  }
  await publish({ a: file('a'), b: file('b', { metadata: { count: 3, gone: null } }) }, inputs)
  expect((await rows()).map(row => JSON.parse(row.metadata))).toEqual([{ sample: 's1' }, { count: '3' }])
  expect(await database.read.selectFrom('file_metadata').select(['key', 'value']).orderBy('key').execute()).toEqual([
    { key: 'count', value: '3' },
    { key: 'sample', value: 's1' },
  ])
})

test('every file holds its content', async () => {
  await publish({ a: file('a', { location: 'content:held' }) })
  const [row] = await rows()
  expect(await database.read.selectFrom('holders').selectAll().execute()).toEqual([
    { content: 'held', holder: `file:${row!.id}`, until: null },
  ])
})
