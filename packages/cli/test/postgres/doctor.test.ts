import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { databaseOf } from '../../../server/test/support/database.ts'
import { lookAtPostgres } from '../../src/doctor/postgres.ts'

test('a database that rows can be in fits; one that is not there does not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-doctor-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const url = (await databaseOf(folder))!
  expect(await lookAtPostgres(url)).toEqual({
    what: 'PostgreSQL',
    fits: 'yes',
    found: expect.stringMatching(/^version \d+\.\d+, UTF8$/),
  })
  const none = await lookAtPostgres(url.replace(/\/\w+(\?|$)/, '/nowhere$1'))
  expect(none).toMatchObject({ fits: 'no', found: expect.stringContaining('nowhere') })
})
