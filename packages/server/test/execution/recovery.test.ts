import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hashed, storeHashed } from '../../src/database/values.ts'
import { appeared } from '../support/appeared.ts'
import { Harness } from '../support/harness.ts'

const STEPS = 10

let harness: Harness
let marker: string

beforeEach(async () => {
  harness = await Harness.make()
  marker = join(harness.folder, 'marker')
})

afterEach(async () => {
  await harness.close()
})

/** Each step adds its number to what the step before it made, and a line to the marker. */
const chain = (wait = '') => `
cwlVersion: v1.2
class: Workflow
inputs: {}
outputs: { out: { type: File, outputSource: s${STEPS}/out } }
steps:
${Array.from(
  { length: STEPS },
  (_, index) => `
  s${index + 1}:
    in: ${index === 0 ? '{}' : `{ before: s${index}/out }`}
    out: [out]
    run:
      class: CommandLineTool
      inputs: { before: { type: "File?", inputBinding: {} } }
      outputs: { out: { type: File, outputBinding: { glob: out.txt } } }
      baseCommand: [sh, -c]
      arguments:
        - ${JSON.stringify(`echo s${index + 1} >> ${marker}; ${wait} cat /dev/null "$@" > out.txt; echo ${index + 1} >> out.txt`)}
        - sh`,
).join('')}`

async function runs(): Promise<Map<string, number>> {
  const lines = (await fs.readFile(marker, 'utf8').catch(() => '')).split('\n').filter(line => line)
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1)
  return counts
}

async function expectWhole(id: string): Promise<void> {
  const task = await harness.ended(id)
  expect(task).toMatchObject({ status: 'COMPLETED', message: '', steps_completed: STEPS })
  const { out } = (await harness.outputs(task)) as { out: { path: string } }
  const numbers = Array.from({ length: STEPS }, (_, index) => index + 1)
  expect(await harness.text(out.path)).toBe(numbers.map(number => `${number}\n`).join(''))
  const files = await harness.database.read
    .selectFrom('files')
    .select('name')
    .where('parent', '=', harness.root)
    .execute()
  expect(files).toEqual([{ name: 'out.txt' }])
  expect(await fs.readdir(harness.workFolder)).toEqual([])
}

describe('kill -9 in a chain of ten steps, then a start', () => {
  test.each([
    'before-start:5',
    'after-start:5',
    'after-exit:5',
    'after-take:5',
    'after-settle:5',
    'after-settle:10',
    'before-finish',
  ])('at %s: COMPLETED, every step ran once', async failpoint => {
    await harness.start(failpoint)
    const id = await harness.submit(chain())
    await harness.dead()
    const settled = (await harness.jobs(id)).filter(job => job.status === 'DONE')
    expect(settled.length).toBeGreaterThanOrEqual(failpoint.endsWith(':10') || failpoint === 'before-finish' ? 9 : 4)
    await harness.start()
    await expectWhole(id)
    expect([...(await runs()).values()]).toEqual(Array(STEPS).fill(1))
    const again = await harness.jobs(id)
    for (const job of settled) expect(again).toContainEqual(job)
  })

  test('twice, at different points', async () => {
    await harness.start('after-exit:3')
    const id = await harness.submit(chain())
    await harness.dead()
    await harness.start('after-take:4')
    await harness.dead()
    await harness.start()
    await expectWhole(id)
    expect([...(await runs()).values()]).toEqual(Array(STEPS).fill(1))
  })

  test('after the task was completed: nothing happens twice', async () => {
    await harness.start('after-finish')
    const id = await harness.submit(chain())
    await harness.dead()
    await harness.start()
    await expectWhole(id)
  })
})

test('a job that runs while the server stops is adopted by the next', async () => {
  await harness.start()
  const go = join(harness.folder, 'go')
  const id = await harness.submit(chain(`[ -e ${go} ] || mkfifo ${go} && read -r line < ${go} || :;`))
  await appeared(go)
  await harness.stop()
  await harness.start()
  await fs.rename(go, `${go}.fifo`)
  await fs.writeFile(go, '')
  const fifo = await fs.open(`${go}.fifo`, 'w')
  await fifo.close()
  await expectWhole(id)
  expect([...(await runs()).values()]).toEqual(Array(STEPS).fill(1))
  expect((await harness.jobs(id)).every(job => job.attempt === 1 && job.retried === 0)).toBe(true)
})

test('a job that was lost with the server starts again in a fresh folder, marked retried', async () => {
  await harness.start('after-start:3')
  const id = await harness.submit(chain('sleep 0.3;'))
  await harness.dead()
  const attempts = await fs.readdir(join(harness.workFolder, id))
  const job = attempts.find(name => name.startsWith('s3-'))!
  const attempt = join(harness.workFolder, id, job, '1')
  await appeared(join(attempt, 'group'))
  const pid = Number(await fs.readFile(join(attempt, 'pid'), 'utf8'))
  process.kill(pid, 'SIGKILL')
  await harness.start()
  await expectWhole(id)
  const lost = (await harness.jobs(id)).find(each => each.path === 's3')
  expect(lost).toMatchObject({ attempt: 2, retried: 1 })
})

test('a task that was being aborted when the server died ends ABORTED', async () => {
  await harness.start('after-start:2')
  const id = await harness.submit(chain('sleep 1;'))
  await harness.dead()
  await harness.abort(id)
  await harness.start()
  expect((await harness.ended(id)).status).toBe('ABORTED')
  expect((await harness.jobs(id))[0]).toMatchObject({ path: 's1', status: 'DONE' })
  expect((await harness.jobs(id)).every(job => job.status === 'DONE' || job.status === 'ABORTED')).toBe(true)
})

test('children of a batch task are made once each, whenever the server dies while it makes them', async () => {
  const numbers = Array.from({ length: 250 }, (_, index) => index)
  const groups = numbers.map(number => ({ value: String(number), fields: {}, items: [number], list: false }))
  const inputs = hashed(JSON.stringify({ number: numbers }))
  await harness.database.write(tx => storeHashed(tx, inputs))
  const tool = `
cwlVersion: v1.2
class: ExpressionTool
requirements: { InlineJavascriptRequirement: {} }
inputs: { number: int }
outputs: { twice: int }
expression: "$({ twice: 2 * inputs.number })"`
  await harness.start('after-chunk:2')
  const id = await harness.submit(tool, { number: numbers }, { batch: { input: 'number', groups } }, 'CREATING', {
    batch: 1,
    inputs: inputs.hash,
  })
  await harness.dead()
  expect((await harness.task(id)).status).toBe('CREATING')
  await harness.start()
  expect(await harness.ended(id)).toMatchObject({ status: 'COMPLETED' })
  const children = await harness.database.read.selectFrom('tasks').selectAll().where('parent', '=', id).execute()
  expect(children.map(child => child.status)).toEqual(numbers.map(() => 'COMPLETED'))
  const outputs = await Promise.all(children.map(child => harness.outputs(child)))
  expect(outputs.map(({ twice }) => Number(twice)).sort((a, b) => a - b)).toEqual(numbers.map(number => 2 * number))
})
