import * as fs from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Harness } from '../support/harness.ts'

/** A job that runs while the server dies: which programs it found at its start, the next server can't know. */
let harness: Harness

beforeEach(async () => {
  harness = await Harness.make('sandbox')
})
afterEach(() => harness.close())

const tool = (line: string) => `
cwlVersion: v1.2
class: CommandLineTool
baseCommand: [sh, -c, ${JSON.stringify(line)}]
inputs: {}
outputs: { drawn: stdout }
stdout: drawn.txt
`
const DRAW = 'head -c 30 /dev/urandom | od -An -tx1'

test('a job that was taken up after a restart keeps its result for itself, and the next one runs', async () => {
  await harness.start()
  const document = tool(`touch started; until [ -e go ]; do sleep 0.05; done; ${DRAW}`)
  const first = await harness.submit(document)
  const work = await workOf(first)
  await harness.kill()
  await harness.start()
  await fs.writeFile(`${work}/go`, '')
  expect(await harness.ended(first)).toMatchObject({ status: 'COMPLETED' })
  const [adopted] = await harness.jobs(first)
  expect(adopted).toMatchObject({
    attempt: 1,
    key: expect.any(String),
    no_reuse: expect.stringContaining('earlier server'),
  })

  const second = await harness.submit(document, {}, { memoization: true })
  await fs.writeFile(`${await workOf(second)}/go`, '')
  expect(await harness.ended(second)).toMatchObject({ status: 'COMPLETED' })
  const [ran] = await harness.jobs(second)
  expect(ran).toMatchObject({ key: adopted!.key, reused_task: null, no_reuse: null })

  const third = await harness.submit(document, {}, { memoization: true })
  await harness.ended(third)
  expect((await harness.jobs(third))[0]).toMatchObject({ reused_task: second })
}, 120_000)

/** The work folder of the task's one job, when that has started. */
async function workOf(id: string): Promise<string> {
  const folder = `${harness.workFolder}/${id}`
  for (;;) {
    const found = await fs.glob(`${folder}/*/1/work/started`)[Symbol.asyncIterator]().next()
    if (!found.done) return found.value.slice(0, -'/started'.length)
    await new Promise(setImmediate)
  }
}
