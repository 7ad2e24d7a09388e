import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { appeared } from '../support/appeared.ts'
import { Harness } from '../support/harness.ts'

let harness: Harness

beforeEach(async () => {
  harness = await Harness.make()
})

afterEach(async () => {
  await harness.close()
})

const KILLER = 'kim/rna/killer/0'

const tool = (script: string) => `
cwlVersion: v1.2
class: CommandLineTool
inputs: {}
outputs: {}
requirements: { ResourceRequirement: { coresMin: 0.1 } }
baseCommand: [sh, -c, ${JSON.stringify(script)}]`

/** A job that says that it runs and waits for a word. */
async function waiting(name: string) {
  const [ran, go] = ['ran', 'go'].map(each => join(harness.folder, `${name}.${each}`)) as [string, string]
  const script = `echo . >> ${ran}; [ -e ${go} ] || mkfifo ${go} && read -r line < ${go} || :`
  const id = await harness.submit(tool(script))
  await appeared(go)
  return {
    id,
    ran,
    async go() {
      const fifo = await fs.open(go, 'w')
      await fifo.close()
    },
  }
}

const rows = () => harness.database.read.selectFrom('takeovers').selectAll().execute()

/** Starts servers until one lives until the task's end; gives how many died. */
async function survived(id: string, failpoint: string): Promise<number> {
  for (let deaths = 0; deaths < 10; deaths++) {
    await harness.start(failpoint)
    const task = await harness.ended(id).catch(() => undefined)
    if (task) return deaths
  }
  throw new Error('the tenth server died too')
}

test('a task that its worker dies of ends FAILED; those that ran or waited beside it come to their end', async () => {
  await harness.start(`after-load@${KILLER}`)
  const long = [await waiting('a'), await waiting('b'), await waiting('c')]
  const killer = await harness.submit(tool('true'), {}, { app: KILLER })
  await harness.dead()
  const queued = await harness.submit(tool('true'))

  const deaths = 1 + (await survived(killer, `after-load@${KILLER}`))
  expect(deaths).toBe(3)
  expect(await harness.task(killer)).toMatchObject({
    status: 'FAILED',
    message: expect.stringContaining("The server's worker died 3 times when it went on with this task"),
  })
  expect(await harness.ended(queued)).toMatchObject({ status: 'COMPLETED', message: '' })
  for (const each of long) {
    expect((await harness.task(each.id)).status).toBe('RUNNING')
    await each.go()
    expect((await harness.ended(each.id)).status).toBe('COMPLETED')
    expect(await fs.readFile(each.ran, 'utf8')).toBe('.\n')
  }
  expect(await rows()).toEqual([])
}, 240_000)

test('a task that runs is not held responsible for servers that are killed, however often', async () => {
  await harness.start()
  const task = await waiting('a')
  for (let kill = 0; kill < 4; kill++) {
    await harness.kill()
    await harness.start()
    // it is taken up, its job is found, and that is written down
    await expect.poll(async () => (await rows()).map(row => row.deaths), { timeout: 30_000 }).toEqual([0])
  }
  expect(await harness.task(task.id)).toMatchObject({ status: 'RUNNING' })
  await task.go()
  expect((await harness.ended(task.id)).status).toBe('COMPLETED')
  expect(await fs.readFile(task.ran, 'utf8')).toBe('.\n')
  expect(await rows()).toEqual([])
}, 240_000)

test('a job that settles between two deaths makes its task as good as new', async () => {
  const steps = Array.from(
    { length: 5 },
    (_, i) =>
      `s${i}: { in: { ${i === 0 ? '' : `a: s${i - 1}/out`} }, out: [out], run: { class: CommandLineTool, inputs: { a: Any? }, outputs: { out: stdout }, baseCommand: [echo, "1"] } }`,
  )
  const text = `
cwlVersion: v1.2
class: Workflow
inputs: {}
outputs: { out: { type: File, outputSource: s4/out } }
steps: { ${steps.join(', ')} }`
  await harness.start('after-settle')
  const id = await harness.submit(text)
  await harness.dead()
  // each server brings one job to its end and dies
  expect(await survived(id, 'after-settle')).toBe(4)
  expect((await harness.task(id)).status).toBe('COMPLETED')
}, 240_000)

test('a task that was taken up and is aborted leaves no row, wherever its server dies', async () => {
  await harness.start()
  const task = await waiting('a')
  await harness.kill()
  await harness.start('before-remove')
  await expect.poll(async () => (await rows()).map(row => row.deaths), { timeout: 30_000 }).toEqual([0])
  await harness.abort(task.id)
  await harness.dead()
  expect((await harness.task(task.id)).status).toBe('ABORTED')
  expect(await rows()).toEqual([])
}, 240_000)
