/**
 * Every transaction of every test is counted, also in processes that it starts: a file of tests in which one changed more rows than
 * a transaction may (database/row-budget.ts) fails.
 */
import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const path = join(tmpdir(), `reprise-rows-${randomUUID()}`)
process.env.REPRISE_ROW_BUDGET = path

afterAll(async () => {
  const breaches = await fs.readFile(path, 'utf8').catch(() => '') // there is none
  await fs.rm(path, { force: true })
  if (breaches) throw new Error(breaches)
})
