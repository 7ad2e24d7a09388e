import { afterEach, beforeEach, expect, test } from 'vitest'
import { Harness } from '../support/harness.ts'
import { askForPlan, planMade } from '../support/plans.ts'

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
    const id = await askForPlan(harness, draft)
    await harness.dead()
    // PostgreSQL: another worker waits for the end of the lease
    await harness.write(tx => tx.updateTable('plans').set({ lease: 0 }).execute())
    await harness.start()
    const plan = await planMade(harness, id, draft)
    expect(plan).toMatchObject({ state: 'READY' })
    expect(JSON.parse(plan.result!).counts).toEqual({ reuse: 1, run: 0, unknown: 0, skip: 0 })
    const rows = await harness.database.read.selectFrom('plan_rows').selectAll().execute()
    expect(rows.map(row => [row.position, row.decision])).toEqual([[0, 'reuse']])
  },
)
