import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OpenDatabase } from '../../src/database/open.ts'
import { insertFiles } from '../../src/database/outputs.ts'
import { FreeNames } from '../../src/files/free-names.ts'
import { newFileId } from '../../src/ids.ts'
import { openTestDatabase } from '../support/database.ts'

let folder: string
let database: OpenDatabase

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-names-'))
  database = await openTestDatabase(folder)
})
afterAll(async () => {
  await database.close()
  await rm(folder, { recursive: true })
})

const nameOf = (number: number, name: string) => (number === 0 ? name : `_${number}_${name}`)

/** A folder in which these names are taken; gives its id. */
async function folderWith(names: string[]): Promise<string> {
  const parent = newFileId()
  const row = { project: 'kim/names', parent, type: 'file' as const, content: null, size: 0, origin_task: null }
  const rows = names.map(name => ({
    ...row,
    id: newFileId(),
    name,
    tags: '[]',
    metadata: '{}',
    created: 0,
    modified: 0,
  }))
  for (let from = 0; from < rows.length; from += 1000) {
    await database.write(tx => insertFiles(tx, rows.slice(from, from + 1000)))
  }
  return parent
}

/** What `Names` gives, and how many statements that took. */
async function take(parent: string, names: string[], times = 1): Promise<{ prefixes: string[]; asked: number }> {
  let asked = 0
  const prefixes = await database.write(async tx => {
    asked = 0
    const counting = tx.withPlugin({
      transformQuery: ({ node }) => {
        asked++
        return node
      },
      transformResult: async ({ result }) => result,
    })
    const free = new FreeNames(counting, parent)
    const taken: string[] = []
    for (let time = 0; time < times; time++) taken.push(await free.freePrefix(names))
    return taken
  })
  return { prefixes, asked }
}

test.each([0, 1, 2, 99, 100, 101, 10_000])('after %i namesakes the next number is taken, in few looks', async count => {
  const parent = await folderWith(Array.from({ length: count }, (_, number) => nameOf(number, 'out.bam')))
  const { prefixes, asked } = await take(parent, ['out.bam'], 2)
  expect(prefixes).toEqual([count, count + 1].map(number => nameOf(number, '')))
  expect(asked).toBeLessThanOrEqual(6)
})

test('whatever is taken, the names that are given are free, each once, and of one prefix', async () => {
  const taken = fc.array(fc.record({ number: fc.integer({ min: 0, max: 300 }), index: fc.boolean() }), {
    maxLength: 60,
  })
  await fc.assert(
    fc.asyncProperty(taken, async taken => {
      const before = new Set(taken.map(({ number, index }) => nameOf(number, index ? 'a.bam.bai' : 'a.bam')))
      const parent = await folderWith([...before])
      const { prefixes } = await take(parent, ['a.bam', 'a.bam.bai'], 5)
      expect(new Set(prefixes).size).toBe(5)
      for (const prefix of prefixes) {
        expect([before.has(`${prefix}a.bam`), before.has(`${prefix}a.bam.bai`)]).toEqual([false, false])
      }
    }),
    { numRuns: 40 },
  )
})
