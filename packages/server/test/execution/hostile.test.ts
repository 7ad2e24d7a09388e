import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Harness } from '../support/harness.ts'

let harness: Harness

beforeEach(async () => {
  harness = await Harness.make()
  await harness.start()
})

afterEach(async () => {
  await harness.close()
})

const tool = (script: string, more = '', outputs = '{ out: Any }') => `
cwlVersion: v1.2
class: CommandLineTool
id: main
inputs: {}
outputs: ${outputs}
baseCommand: [sh, -c]
arguments: [${JSON.stringify(script)}]
requirements: { InlineJavascriptRequirement: {} }
${more}`

const ended = async (document: string) => await harness.ended(await harness.submit(document))

test('the end of standard error is read through no link that the job made', async () => {
  await fs.mkdir(join(harness.folder, 'secrets'))
  await fs.writeFile(join(harness.folder, 'secrets', 'token'), 'not for jobs')
  const script = `mv d e; ln -s ${join(harness.folder, 'secrets')} d; exit 1`
  const more = 'hints: { InitialWorkDirRequirement: { listing: [{ entryname: d/x, entry: x }] } }\nstderr: d/token'
  const task = await ended(tool(script, more, '{}'))
  expect(task.status).toBe('FAILED')
  expect(task.message).toContain('exit code 1')
  expect(task.message).not.toContain('not for jobs')
})

test('an output that is nested too deep fails the job, at any size', async () => {
  for (const depth of [500, 3000]) {
    const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`
    const task = await ended(tool(`echo '{"out":${nested}}' > cwl.output.json`))
    expect(task).toMatchObject({ status: 'FAILED', message: expect.stringContaining('nested deeper than 200 levels') })
  }
})

test('a message has a bound', async () => {
  const long = await ended(
    tool('true', '', `{ out: { type: string, outputBinding: { outputEval: "$(['${'x'.repeat(100_000)}'])" } } }`),
  )
  expect(long.status).toBe('FAILED')
  expect(long.message.length).toBeLessThan(10_000)
})

test('a folder of many files is taken in time, and the worker goes on', async () => {
  const out = '{ out: { type: Directory, outputBinding: { glob: d } } }'
  const task = await ended(tool('mkdir d; cd d; seq 20000 | xargs touch', '', out))
  expect(task).toMatchObject({ status: 'COMPLETED' })
}, 240_000)
