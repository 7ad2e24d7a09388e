import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Process } from '@reprise/cwl'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OpenDatabase } from '../../src/database/open.ts'
import { storeValue } from '../../src/database/values.ts'
import { modelCache } from '../../src/records/models.ts'
import { Tools } from '../../src/rerun/comparison/divergence.ts'
import { openTestDatabase } from '../support/database.ts'

const PROCESS = { class: 'Workflow', id: 'flow', steps: [], inputs: [], outputs: [] }

let folder: string
let database: OpenDatabase
let hash: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-database-'))
  database = await openTestDatabase(folder)
  hash = await database.write(tx => storeValue(tx, PROCESS))
})
afterAll(async () => {
  await database.close()
  await rm(folder, { recursive: true })
})

test('two that load one model at one time have one process', async () => {
  const models = modelCache()
  const [one, other] = await Promise.all([models.load(database.read, hash), models.load(database.read, hash)])
  expect(one).toBe(other)
  expect(one).toEqual(PROCESS)
})

test('tasks have the same tools where their process was loaded twice', async () => {
  const models = modelCache(0)
  const old = await models.load(database.read, hash)
  const now = await models.load(database.read, hash)
  expect(old).not.toBe(now)
  expect(new Tools({ old, now }).areSame).toBe(true)
  expect(new Tools({ old, now: { ...now, id: 'another' } as Process }).areSame).toBe(false)
})
