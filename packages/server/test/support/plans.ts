import { createHash } from 'node:crypto'
import { findPlan, insertPlan, type ShownPlan } from '../../src/database/plans.ts'
import type { PlanRow } from '../../src/database/schema.ts'
import { loadJson } from '../../src/database/values.ts'
import type { Harness } from './harness.ts'

/** As the call does it. */
export async function askForPlan(harness: Harness, task: string): Promise<string> {
  const { record } = await harness.task(task)
  const row: PlanRow = {
    id: `sha256:${createHash('sha256').update(task).digest('hex')}`,
    task,
    username: 'kim',
    draft: 1,
    origin: null,
    record: await loadJson(harness.database.read, record!),
    fingerprint: '',
    state: 'MAKING',
    message: '',
    done: 0,
    total: 0,
    result: null,
    asked: Date.now(),
    made: null,
    owner: 0,
    lease: 0,
    tries: 0,
  }
  await harness.write(tx => insertPlan(tx, row))
  harness.send({ type: 'plan' })
  return row.id
}

export async function planMade(harness: Harness, id: string, task: string): Promise<ShownPlan> {
  for (;;) {
    const plan = await findPlan(harness.database.read, id, task, 'kim')
    if (plan?.state !== 'MAKING') return plan!
  }
}
