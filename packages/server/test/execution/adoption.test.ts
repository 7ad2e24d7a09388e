import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
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

/** Says that it runs, and waits for a word unless it had one before. */
const tool = () => `
cwlVersion: v1.2
class: CommandLineTool
inputs: []
outputs: { out: stdout }
requirements: { EnvVarRequirement: { envDef: { WORD: now } } }
arguments: [sh, -c, ${JSON.stringify(`echo $WORD >> ${marker}; echo $$ > ${go}.pid; [ -e ${go} ] || { mkfifo ${go}; read -r line < ${go}; }; echo $WORD`)}]`

/** Writes the specification of the task's one attempt anew, as a server of another version might have started it. */
async function rewrite(id: string, change: (specification: Record<string, unknown>) => object): Promise<void> {
  const folder = join(harness.workFolder, id)
  const [job] = await fs.readdir(folder)
  const path = join(folder, job!, '1', 'job.json')
  const specification = JSON.parse(await fs.readFile(path, 'utf8'))
  await fs.writeFile(path, JSON.stringify({ ...specification, ...change(specification) }))
}

async function isRunning(pid: string): Promise<boolean> {
  return await fs.stat(`/proc/${pid.trim()}`).then(
    () => true,
    () => false,
  )
}

const ran = async () => (await fs.readFile(marker, 'utf8')).split('\n').filter(line => line)

const CHANGES: [string, (specification: Record<string, unknown>) => object][] = [
  ['environment', () => ({ environment: { WORD: 'then' } })],
  ['network', ({ network }) => ({ network: !network })],
]

test.each(CHANGES)(
  'an attempt that was started with another %s is ended, and the job runs as it is planned',
  async (_, change) => {
    await harness.start()
    const id = await harness.submit(tool())
    await appeared(go)
    const pid = await fs.readFile(`${go}.pid`, 'utf8')
    await harness.kill()
    await rewrite(id, change)
    await harness.start()
    const task = await harness.ended(id)
    expect(task).toMatchObject({ status: 'COMPLETED', message: '' })
    expect(await ran()).toEqual(['now', 'now'])
    expect(await isRunning(pid)).toBe(false)
    const { out } = (await harness.outputs(task)) as { out: { path: string } }
    expect(await harness.text(out.path)).toBe('now\n')
  },
)

test.each(CHANGES)('an attempt that has ended and had another %s settles as nothing', async (_, change) => {
  await harness.start('after-exit')
  await fs.writeFile(go, '')
  const id = await harness.submit(tool())
  await harness.dead()
  await rewrite(id, change)
  await harness.start()
  expect(await harness.ended(id)).toMatchObject({ status: 'COMPLETED', message: '' })
  expect(await ran()).toEqual(['now', 'now'])
})

test('an attempt that was started as it is planned is taken over', async () => {
  await harness.start()
  const id = await harness.submit(tool())
  await appeared(go)
  await harness.kill()
  await rewrite(id, () => ({ fileLimit: 1_000_000, memoryLimit: 77 }))
  await harness.start()
  const fifo = await fs.open(go, 'w')
  await fifo.close()
  expect((await harness.ended(id)).status).toBe('COMPLETED')
  expect(await ran()).toEqual(['now'])
})
