import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { appeared } from '../support/appeared.ts'
import { Harness } from '../support/harness.ts'

let harness: Harness
let marker: string
let go: string

beforeEach(async () => {
  harness = await Harness.make()
  marker = join(harness.folder, 'marker')
  go = join(harness.folder, 'go')
})

afterEach(async () => {
  await harness.close()
})

/** One job fails, one runs on until it gets a word, and one, after it, never starts because of the failure. */
const FAILS = () => `
cwlVersion: v1.2
class: Workflow
requirements: { ResourceRequirement: { coresMin: 0.1, ramMin: 1 } }
inputs: []
outputs: []
steps:
  fails: { in: [], out: [], run: ${tool('echo fails >> MARKER; echo reason >&2; exit 3')} }
  waits: { in: [], out: [out], run: ${tool('echo waits >> MARKER; mkfifo GO; read -r line < GO; echo 1', true)} }
  after: { in: { before: waits/out }, out: [], run: ${tool('echo after >> MARKER')} }`

function tool(script: string, prints = false): string {
  const text = script.replaceAll('MARKER', marker).replaceAll('GO', go)
  const outputs = prints ? 'outputs: { out: stdout }' : 'outputs: []'
  return `{ class: CommandLineTool, inputs: { before: Any? }, ${outputs}, baseCommand: [sh, -c, ${JSON.stringify(text)}] }`
}

const statuses = async (id: string) => (await harness.jobs(id)).map(job => `${job.path} ${job.status}`)

async function killAfterFailure(): Promise<string> {
  await harness.start()
  const id = await harness.submit(FAILS())
  await appeared(go)
  await vi.waitFor(async () => expect(await statuses(id)).toContain('fails FAILED'), { timeout: 30_000, interval: 50 })
  await harness.kill()
  return id
}

async function release(): Promise<void> {
  const fifo = await fs.open(go, 'w')
  await fifo.close()
}

test.each(['', ', its folder gone as after a reboot'])(
  'a job that failed before the worker died%s is not run and not settled again, and nothing starts after it',
  async how => {
    const id = await killAfterFailure()
    const before = (await harness.jobs(id)).find(job => job.path === 'fails')!
    const cost = (await harness.task(id)).cost
    if (how) {
      const folder = join(harness.workFolder, id)
      const failed = (await fs.readdir(folder)).filter(name => name.startsWith('fails-'))
      expect(failed.length).toBe(1)
      await fs.rm(join(folder, failed[0]!), { recursive: true })
    }
    await harness.start()
    await release()
    const task = await harness.ended(id)
    expect(task.status).toBe('FAILED')
    expect(task.message).toBe(before.message)
    expect(task.cost).toBeGreaterThanOrEqual(cost)
    const after = (await harness.jobs(id)).find(job => job.path === 'fails')!
    expect(after).toEqual(before)
    const ran = (await fs.readFile(marker, 'utf8')).split('\n').filter(line => line)
    expect(ran.sort()).toEqual(['fails', 'waits'])
    const logs = await harness.database.read
      .selectFrom('files')
      .select('name')
      .where('origin_task', '=', id)
      .where('name', 'like', 'fails%')
      .execute()
    expect(new Set(logs.map(({ name }) => name)).size).toBe(logs.length)
    expect(logs.length).toBeLessThanOrEqual(2)
    const kept = (await harness.jobs(id)).find(job => job.path === 'waits')
    expect(kept?.status).toBe('DONE')
  },
)

test('a task whose only tool failed before the worker died ends FAILED and has run once', async () => {
  await harness.start('before-fail')
  const id = await harness.submit(`
cwlVersion: v1.2
class: CommandLineTool
inputs: []
outputs: []
baseCommand: [sh, -c, ${JSON.stringify(`echo once >> ${marker}; exit 4`)}]`)
  await harness.dead()
  await harness.start()
  const task = await harness.ended(id)
  expect(task.status).toBe('FAILED')
  expect(task.message).toContain('exit code 4')
  expect(await fs.readFile(marker, 'utf8')).toBe('once\n')
  expect(task.cost).toBe((await harness.jobs(id)).reduce((sum, job) => sum + job.cost, 0))
})
