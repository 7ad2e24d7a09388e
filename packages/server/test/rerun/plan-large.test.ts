import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findPlan, insertBasis, insertPlan, updatePlan } from '../../src/database/plans.ts'
import { isStale } from '../../src/rerun/plan/stale.ts'
import { openTestDatabase } from '../support/database.ts'

const DRAWS = 40_000

/** More names than one statement of a database takes. */
test('a plan that rests on very many donors of one key is looked at', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-plan-'))
  const database = await openTestDatabase(folder)
  try {
    const id = `sha256:${'1'.repeat(64)}`
    await database.write(tx =>
      insertPlan(tx, {
        id,
        task: 'draft',
        username: 'kim',
        draft: 1,
        origin: null,
        record: '{}',
        fingerprint: '',
        state: 'MAKING',
        message: '',
        done: 0,
        total: 0,
        result: null,
        asked: 1,
        made: null,
        owner: 0,
        lease: 0,
        tries: 0,
      }),
    )
    const donors = Array.from({ length: DRAWS }, (_, index) => [
      'origin',
      `draw[${index}]`,
      'key',
      1,
      `content${index}`,
    ])
    await database.write(tx => insertBasis(tx, [{ plan: id, position: 0, basis: JSON.stringify({ donors }) }]))
    await database.write(tx => updatePlan(tx, id, 0, { state: 'READY' }))
    const plan = (await findPlan(database.read, id, 'draft', 'kim'))!
    // none of them is a donor any more
    expect(await isStale(database.read, plan, 'kim/project')).toBe(true)
  } finally {
    await database.close()
    await rm(folder, { recursive: true })
  }
})
