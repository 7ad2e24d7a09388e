import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Harness } from '../support/harness.ts'
import { taskRow } from '../support/rows.ts'

let harness: Harness
let hold: string

beforeEach(async () => {
  harness = await Harness.make()
  hold = join(harness.folder, 'hold')
  await fs.writeFile(hold, '')
})

afterEach(async () => {
  await fs.rm(hold, { force: true })
  const { database } = harness
  await harness.write(tx =>
    tx.updateTable('tasks').set({ status: 'ABORTING' }).where('status', 'in', ['QUEUED', 'RUNNING']).execute(),
  )
  harness.send({ type: 'look' })
  for (const { id } of await database.read.selectFrom('tasks').select('id').execute()) await harness.ended(id)
  await harness.close()
}, 120_000)

const held = () => `
cwlVersion: v1.2
class: CommandLineTool
requirements: { ResourceRequirement: { coresMin: 0, ramMin: 0 } }
inputs: {}
outputs: {}
baseCommand: [sh, -c]
arguments: ["while [ -e ${hold} ]; do sleep 0.1; done"]`

/** Needs a turn, but neither cores nor memory. */
const EXPRESSION = `
cwlVersion: v1.2
class: ExpressionTool
requirements: { InlineJavascriptRequirement: {} }
inputs: {}
outputs: { out: int }
expression: "\${ return { out: 1 } }"`

test("a batch of tasks that go on for ever holds up neither another user's task nor another one of its user", async () => {
  const first = await harness.submit(held(), {}, {}, 'QUEUED', { parent: 'batch', executed_by: 'kim' })
  const { record } = await harness.task(first)
  const more = Array.from({ length: 229 }, () =>
    taskRow({ status: 'QUEUED', record, parent: 'batch', executed_by: 'kim' }),
  )
  await harness.database.write(tx => tx.insertInto('tasks').values(more).execute())
  await harness.start()
  const other = await harness.submit(EXPRESSION, {}, {}, 'QUEUED', { executed_by: 'ada' })
  expect(await harness.ended(other)).toMatchObject({ status: 'COMPLETED' })
  expect((await harness.task(first)).status).not.toBe('COMPLETED')
  const third = await harness.submit(EXPRESSION, {}, {}, 'QUEUED', { executed_by: 'eve' })
  expect(await harness.ended(third)).toMatchObject({ status: 'COMPLETED' })
  const own = await harness.submit(EXPRESSION, {}, {}, 'QUEUED', { executed_by: 'kim' })
  await fs.rm(hold)
  expect(await harness.ended(own)).toMatchObject({ status: 'COMPLETED' })
  const left = await harness.database.read
    .selectFrom('tasks')
    .select('id')
    .where('parent', '=', 'batch')
    .where('status', 'in', ['QUEUED', 'CREATING'])
    .execute()
  expect(left.length).toBeGreaterThan(0)
}, 120_000)
