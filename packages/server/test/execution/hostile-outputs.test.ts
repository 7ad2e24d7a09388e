import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { onPostgres } from '../support/database.ts'
import { Harness } from '../support/harness.ts'

let harness: Harness

beforeEach(async () => {
  harness = await Harness.make()
  await harness.start()
})

afterEach(async () => {
  await harness.close()
})

const tool = (script: string, outputs: string) => `
cwlVersion: v1.2
class: CommandLineTool
inputs: {}
outputs: ${outputs}
baseCommand: [sh, -c]
arguments: [${JSON.stringify(script)}]`

const ended = async (document: string) => await harness.ended(await harness.submit(document))
const FOLDER = '{ out: { type: Directory, outputBinding: { glob: d } } }'

test('a folder of more files than a job may give fails the job, and the worker goes on', async () => {
  const task = await ended(tool('mkdir d; cd d; seq 100000 | xargs touch', FOLDER))
  expect(task).toMatchObject({
    status: 'FAILED',
    message: expect.stringMatching(/the outputs are more than \d+ files \(limit output-files\)/),
  })
  expect(await ended(tool('true', '{}'))).toMatchObject({ status: 'COMPLETED' })
}, 240_000)

test('a cwl.output.json of very many values fails the job, and the worker goes on', async () => {
  const script = `{ printf '{"out":['; yes '{},' | head -n 13000000 | tr -d '\\n'; printf '{}]}'; } > cwl.output.json`
  const task = await ended(tool(script, '{ out: Any }'))
  expect(task).toMatchObject({
    status: 'FAILED',
    message: expect.stringContaining('cwl.output.json has more than 200000 values (limit output-values)'),
  })
  expect(await ended(tool('true', '{}'))).toMatchObject({ status: 'COMPLETED' })
}, 240_000)

test('a tool that makes much of a long input fails, and the worker goes on', async () => {
  const text = `
cwlVersion: v1.2
class: CommandLineTool
inputs: { x: string }
outputs: {}
baseCommand: echo
arguments: ${JSON.stringify(Array(60).fill('$(inputs.x)'.repeat(12)))}`
  const task = await harness.ended(await harness.submit(text, { x: 'x'.repeat(7_900_000) }))
  expect(task).toMatchObject({
    status: 'FAILED',
    message: expect.stringContaining('more than 16 MiB (limit expression-bytes)'),
  })
  expect(await ended(tool('true', '{}'))).toMatchObject({ status: 'COMPLETED' })
}, 240_000)

test('outputs that the database refuses every time end the task with that reason', async () => {
  const { database } = harness
  const add = onPostgres
    ? sql`alter table file_rows add constraint refused check (name <> 'refused.txt')`
    : sql`create trigger refused before insert on file_rows when new.name = 'refused.txt' begin select raise(abort, 'refused'); end`
  await database.write(async tx => {
    await add.execute(tx)
  })
  const task = await ended(
    tool('echo x > refused.txt', '{ out: { type: File, outputBinding: { glob: refused.txt } } }'),
  )
  expect(task).toMatchObject({ status: 'FAILED', message: expect.stringContaining("database can't store") })
}, 240_000)
