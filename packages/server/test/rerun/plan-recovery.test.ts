import { afterEach, beforeEach, expect, test } from 'vitest'
import { findPlan, insertPlan } from '../../src/database/plans.ts'
import type { PlanRow } from '../../src/database/schema.ts'
import { Harness } from '../support/harness.ts'

/** Kills of a server that makes a plan. */
let harness: Harness

beforeEach(async () => {
  harness = await Harness.make('sandbox')
})
afterEach(() => harness.close())

const TOOL = `
cwlVersion: v1.2
class: CommandLineTool
id: echo
baseCommand: echo
inputs: { word: { type: string, inputBinding: {} } }
outputs: { said: stdout }
stdout: said.txt
`

async function planned(task: string): Promise<string> {
  const { record } = await harness.task(task)
  const row: PlanRow = {
    id: `sha256:${'0'.repeat(64)}`,
    task,
    username: 'kim',
    draft: 1,
    origin: null,
    record: record!,
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
  }
  await harness.write(tx => insertPlan(tx, row))
  harness.send({ type: 'plan' })
  return row.id
}

async function ready(id: string, task: string): Promise<PlanRow> {
  for (;;) {
    const plan = await findPlan(harness.database.read, id, task, 'kim')
    if (plan?.state !== 'MAKING') return plan!
  }
}

test.each(['before-plan', 'worker/before-commit:2', 'worker/after-commit:3'])(
  'at %s: the plan is made after the restart, whole and once',
  { timeout: 120_000 },
  async failpoint => {
    await harness.start()
    const origin = await harness.submit(TOOL, { word: 'a' }, { memoization: true })
    await harness.ended(origin)
    await harness.stop()
    await harness.start(failpoint)
    const draft = await harness.submit(TOOL, { word: 'a' }, { memoization: true }, 'DRAFT')
    const id = await planned(draft)
    await harness.dead()
    // PostgreSQL: another worker waits for the end of the lease
    await harness.write(tx => tx.updateTable('plans').set({ lease: 0 }).execute())
    await harness.start()
    const plan = await ready(id, draft)
    expect(plan).toMatchObject({ state: 'READY' })
    expect(JSON.parse(plan.result!).counts).toEqual({ reuse: 1, run: 0, unknown: 0, skip: 0 })
    const rows = await harness.database.read.selectFrom('plan_rows').selectAll().execute()
    expect(rows.map(row => [row.position, row.decision])).toEqual([[0, 'reuse']])
  },
)
