import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Write } from '../../src/database/index.ts'
import type { OpenDatabase } from '../../src/database/open.ts'
import { openTestDatabase } from '../support/database.ts'

/** What every test has (support/row-budget.ts), of its own here: its breaches are meant. */
let folder: string
let database: OpenDatabase
let log: string
let before: string | undefined

beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'reprise-budget-'))
  log = join(folder, 'breaches')
  before = process.env.REPRISE_ROW_BUDGET
  process.env.REPRISE_ROW_BUDGET = log
  database = await openTestDatabase(folder)
})

afterEach(async () => {
  process.env.REPRISE_ROW_BUDGET = before
  await database.close()
  await fs.rm(folder, { recursive: true })
})

const settings = (count: number) => Array.from({ length: count }, (_, n) => ({ key: `k${n}`, value: '' }))

async function put(tx: Write, count: number): Promise<void> {
  await tx.insertInto('settings').values(settings(count)).execute()
}

const keys = async () => {
  const { count } = await database.read
    .selectFrom('settings')
    .select(of => of.fn.countAll<number>().as('count'))
    .where('key', 'like', 'k%')
    .executeTakeFirstOrThrow()
  return Number(count)
}

test('a transaction of a thousand rows is none too many', async () => {
  await database.write(tx => put(tx, 1000))
  expect(await keys()).toBe(1000)
  expect(await fs.readdir(folder)).not.toContain('breaches')
})

const bodies: [string, (tx: Write) => Promise<unknown>, 'blind'?][] = [
  ['in one statement', tx => put(tx, 1001)],
  ['blind', tx => put(tx, 1001), 'blind'],
  [
    'in several, whatever they give',
    async tx => {
      await put(tx, 600)
      await tx.deleteFrom('settings').where('key', 'like', 'k%').returning('key').execute()
    },
  ],
]

test.each(bodies)('a larger one fails, leaves nothing and is noted: %s', async (_, body, how) => {
  await expect(database.write(body, how)).rejects.toThrow(/changes 1\d\d\d rows/)
  expect(await keys()).toBe(0)
  expect(await fs.readFile(log, 'utf8')).toMatch(/insert into "settings"/)
})

test('the next one is counted for itself', async () => {
  for (let round = 0; round < 3; round++) {
    await database.write(async tx => {
      await put(tx, 450)
      await tx.deleteFrom('settings').where('key', 'like', 'k%').execute()
    })
  }
})
